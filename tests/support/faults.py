"""Disturbs `autograder grade` as a machine may, has it go on, and looks for what was lost, doubled or left behind.

`python tests/support/faults.py --runs 50 --seed 1` (`make faults`) prints a table; `test_faults.py` runs a few.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import small_course
from small_course import NAME, PROGRAM, WRONG, hand_in

from autograder.authoring.build import build_from_course
from autograder.course import load_course
from autograder.runs.verify import verify, verify_log, workspace_key
from autograder.workspace.signing import secret_of
from autograder.workspace.store import Store

VICTIMS = ("command", "worker", "interpreter", "child")
CRASH = Path(__file__).with_name("crash.py")
STUDENTS = 6
SLOW = "import time\ntime.sleep(0.12)\n"  # so that there is a moment in which to be killed
GIVEN_UP = 90.0


@dataclass(frozen=True)
class Outcome:
    """What one disturbed run came to: who was killed after how many seconds, and what was wrong afterwards."""

    victim: str
    seed: int
    seconds: float
    hit: bool
    wrong: tuple[str, ...]


class Course:
    """A built small course with submissions, and temporary files of its own; ``right`` is what a calm run says."""

    def __init__(self, root: Path, right: dict[str, Any] | None = None) -> None:
        self.root, self.right = root, right or {}
        self.temporary = Path(tempfile.mkdtemp(prefix="f-"))  # short: sockets lie in it
        self.seen: dict[int, psutil.Process] = {}

    @staticmethod
    def make(root: Path, students: int = STUDENTS) -> Course:
        """Builds it, and grades a copy undisturbed."""
        small_course.write(root)
        with small_course.own_solutions():
            build_from_course(load_course(root), NAME)
        for n in range(students):
            answers = {"double": SLOW + (WRONG if n % 3 == 1 else small_course.RIGHT)["double"]}
            hand_in(root, f"student-{n}", **answers, **({"mean": WRONG["mean"]} if n % 2 else {}))
        hand_in(root, "student-broken", data=b"{")
        secret_of(load_course(root))  # every copy draws the same hidden inputs
        made = Course(root)
        with made.copy() as apart:
            done = apart.grade()
            assert done.returncode == 3, done.stderr  # one cannot be read
            made.right = apart.said()
        return made

    @contextmanager
    def copy(self) -> Iterator[Course]:
        """A copy to disturb, which is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="faulty-") as folder:
            apart = Course(Path(shutil.copytree(self.root, Path(folder, "course"))), self.right)
            try:
                yield apart
            finally:
                shutil.rmtree(apart.temporary, ignore_errors=True)

    def start(self, *arguments: str, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Starts the command as a person does."""
        return subprocess.Popen(
            [*prefix, str(PROGRAM), "grade", NAME, "--jobs", "2", *arguments],
            cwd=self.root,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def grade(self, *arguments: str, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Runs the command to its end."""
        process = self.start(*arguments, prefix=prefix)
        try:
            out, err = process.communicate(timeout=GIVEN_UP)
        finally:
            process.kill()
        return subprocess.CompletedProcess([], process.returncode, out, err)

    def said(self) -> dict[str, Any]:
        """All that a student's score is made of, in all three places, without what depends on the clock."""
        course = load_course(self.root)
        results = {r.student: (r.status, r.score, r.reason, r.seed, r.exercises) for r in Store(course, NAME).all()}
        with sqlite3.connect(course.workspace / "gradebook.db") as database:
            rows = database.execute(
                "SELECT s.student_id, b.name, g.auto_score FROM grade g JOIN base_cell b ON b.id = g.cell_id "
                "JOIN submitted_notebook n ON n.id = g.notebook_id "
                "JOIN submitted_assignment s ON s.id = n.assignment_id"
            ).fetchall()
            students = database.execute("SELECT student_id FROM submitted_assignment").fetchall()
        database.close()
        executed = sorted(str(p.relative_to(course.workspace)) for p in course.workspace.glob("autograded/*/*/*"))
        return {"results": results, "rows": sorted(rows), "students": sorted(students), "executed": executed}

    def wrong(self) -> Iterator[str]:
        """Has the next `autograder grade` complete the class, and tells what is not as after an undisturbed run."""
        done = self.grade()
        if done.returncode != 3:
            yield f"the next run ended with {done.returncode}: {done.stderr[-300:]}"
        said = self.said()
        yield from (f"other {what} than undisturbed" for what in said if said[what] != self.right[what])
        course = load_course(self.root)
        key = workspace_key(course)
        log = verify_log(course, key)
        faults = [*log.faults, *verify(course, NAME, log, key).faults]
        yield from (f"verify: {fault.place} {fault.what}" for fault in faults)
        yield from (f"left: {path}" for path in course.workspace.rglob(".tmp-*"))
        yield from (f"left: {path}" for path in self.temporary.iterdir())
        _, alive = psutil.wait_procs(list(self.seen.values()), timeout=10)
        yield from (f"still runs: {process}" for process in alive)

    def family(self, process: subprocess.Popen[str]) -> dict[str, list[psutil.Process]]:
        """The processes of a running command, by what they are."""
        found: dict[str, list[psutil.Process]] = {victim: [] for victim in VICTIMS}
        with suppress(psutil.Error):
            command = psutil.Process(process.pid)
            found["command"] = [command]
            for one in command.children(recursive=True):
                self.seen[one.pid] = one
                with suppress(psutil.Error):
                    kind = self.kind(one)
                    if kind:
                        found[kind].append(one)
        return found

    @staticmethod
    def kind(process: psutil.Process) -> str:
        parent = process.parent()
        line, above = " ".join(process.cmdline()), " ".join(parent.cmdline()) if parent else ""
        if "guest.zygote" in line and "bwrap" not in line.split(" ")[0]:
            own = parent is not None and "guest.zygote" in above and "bwrap" not in above.split(" ")[0]
            return "child" if own else "interpreter"
        return "worker" if "forkserver" in line and "forkserver" in above else ""

    def kill(self, victim: str, seed: int) -> Outcome:
        """Kills a process of that kind at a random moment of a run, then looks what the next run makes of it."""
        dice = random.Random(seed)
        delay, start, hit = dice.uniform(0.0, 1.6 if victim == "command" else 0.9), time.monotonic(), False
        process = self.start()
        found_at: float | None = None
        while process.poll() is None and time.monotonic() - start < GIVEN_UP and not hit:
            found = self.family(process)[victim]
            if found and found_at is None:
                found_at = time.monotonic()
            if found and found_at is not None and time.monotonic() - found_at >= delay:
                with suppress(psutil.Error):
                    dice.choice(found).send_signal(signal.SIGKILL)
                    hit = True
            time.sleep(0.002)
        seconds = time.monotonic() - start
        until = time.monotonic() + GIVEN_UP
        while process.poll() is None and time.monotonic() < until:
            self.family(process)
            time.sleep(0.01)
        out, err = process.communicate(timeout=10)
        wrong = []
        if victim != "command" and process.returncode != 3:
            wrong.append(f"the run itself ended with {process.returncode}: {(out + err)[-300:]}")
        return Outcome(victim, seed, seconds, hit, (*wrong, *self.wrong()))

    def crash(self, step: int) -> tuple[bool, tuple[str, ...]]:
        """Cuts a run off at the n-th thing that it writes. Whether there is so much to write, and what was wrong."""
        done = subprocess.run(
            [sys.executable, str(CRASH), str(self.root), str(step)],
            env={**os.environ, "TMPDIR": str(self.temporary)},
            capture_output=True,
            text=True,
            timeout=GIVEN_UP,
            check=False,
        )
        if done.returncode not in (0, 9):
            return True, (f"ended with {done.returncode}: {done.stderr[-300:]}",)
        return done.returncode == 9, tuple(self.wrong())


def crash_everywhere(course: Course) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Cuts runs off at each step of what they write."""
    for step in range(1, 200):
        with course.copy() as apart:
            crashed, wrong = apart.crash(step)
        if not crashed:
            return
        yield step, wrong


def kill_some(course: Course, runs: int, seed: int) -> Iterator[Outcome]:
    """Disturbed runs until ``runs`` of them had their victim killed, evenly over the kinds."""
    hits, tried = 0, 0
    while hits < runs and tried < 3 * runs:
        with course.copy() as apart:
            outcome = apart.kill(VICTIMS[hits % len(VICTIMS)], seed + tried)
        tried += 1
        hits += outcome.hit
        yield outcome


def main() -> int:
    """Prints each run, and how many completed with nothing lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--crashes", action="store_true", help="also crash at each step of what is written")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        course = Course.make(Path(folder, "course"))
        done = []
        for outcome in kill_some(course, options.runs, options.seed):
            hit = f"killed after {outcome.seconds:.2f} s" if outcome.hit else "came too late"
            print(
                f"{outcome.seed}  {outcome.victim:12} {hit:22} {'; '.join(outcome.wrong) or 'nothing lost'}", flush=True
            )
            done += [outcome] if outcome.hit or outcome.wrong else []
        shutil.rmtree(course.temporary, ignore_errors=True)
        lost = crashed = 0
        if options.crashes:
            for step, wrong in crash_everywhere(Course.make(Path(folder, "small"), students=2)):
                crashed, lost = crashed + 1, lost + bool(wrong)
                print(f"crash at step {step}: {'; '.join(wrong) or 'nothing lost'}", flush=True)
            print(f"crashes      {crashed - lost} of {crashed} complete with nothing lost")
    for victim in VICTIMS:
        own = [outcome for outcome in done if outcome.victim == victim]
        print(f"{victim:12} {sum(not o.wrong for o in own)} of {len(own)} complete with nothing lost")
    print(f"all          {sum(not o.wrong for o in done)} of {len(done)} complete with nothing lost")
    return int(lost > 0 or any(outcome.wrong for outcome in done))


if __name__ == "__main__":
    sys.exit(main())
