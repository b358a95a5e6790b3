"""The bench of many submissions, on a few: interrupted, resumed, counted; and the sums that it makes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import small_course
from small_course import NAME, WRONG

from autograder.course import Course
from autograder.workspace.store import Store
from bench.accounts import examine
from bench.disturbed import grade_all
from bench.machine import Machine
from bench.many_report import Many, Ran, draw, each, lines, page
from bench.masses import share_out
from bench.orphans import orphans_adopted
from bench.scaling import BEGIN, END, Figures, calculation, put_between
from bench.series import Look
from bench.timeline import Done, expected, mean, read_timeline, tenths, twice

PROJECT = Path(__file__).resolve().parents[2]

SLOW = "import time\ntime.sleep(0.3)\n"


@pytest.mark.slow
def test_a_run_that_is_killed_and_resumed_has_every_submission_once(small: Course, tmp_path: Path) -> None:
    for number in range(8):
        wrong = {} if number % 2 else {"mean": WRONG["mean"]}
        small_course.hand_in(small.root, f"student-{number}", double=SLOW + small_course.RIGHT["double"], **wrong)
    commands = grade_all(
        small, total=8, jobs=2, interruptions=[(2, signal.SIGKILL)], temporary=tmp_path, tell=lambda text: None
    )
    done = read_timeline(small.workspace)
    account = examine(small, done, lambda text: None)
    assert [(c.status, c.signal, c.left) for c in commands] == [(-9, "SIGKILL", 0), (0, "", 0)]
    assert 2 <= commands[0].at < 8
    assert (account.handed_in, account.lost, account.whole, len(done)) == (8, 0, True, 8)
    ran = Ran(8, commands, done, (Look(done[0].at, 3 * 2**20, 2**20, 5, 40),))
    assert 0 < ran.restarts < ran.seconds
    many = Many(ran, ran, account, 2, True, 1.0, 1.0)
    assert each(ran, restarts=False) < each(ran, restarts=True)
    assert "Ratio 1.000." in lines(many)[0]
    text = page(many, Machine(("a machine",), "walls"), "many.svg")
    assert "* 8 submissions, 8 results, 8 of them with a score;" in text
    draw(many, tmp_path / "many.svg")
    assert "seconds a submission" in (tmp_path / "many.svg").read_text()


def test_an_orphan_is_counted_and_ended_and_another_child_is_not() -> None:
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    other = subprocess.Popen(sleeps)
    parent = f"import subprocess; subprocess.Popen({sleeps!r})"
    with orphans_adopted() as orphans:
        subprocess.run([sys.executable, "-c", parent], check=True)
        assert (orphans.left_after(0.1), orphans.left_after(5.0)) == (1, 0)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_what_is_missing_is_missed(graded: Course) -> None:
    done = read_timeline(graded.workspace)
    Store(graded, NAME).path("ada").unlink()
    account = examine(graded, done, lambda text: None)
    assert (account.handed_in, account.results, account.lost, account.whole) == (2, 1, 1, False)


def test_a_submission_that_was_graded_twice_is_named() -> None:
    once, again = (Done(float(n), "neuron", "student-001", None) for n in range(2))
    assert twice((once, Done(5.0, "losses", "student-001", None))) == ()
    assert twice((once, again)) == (("neuron", "student-001"),)


def test_what_is_expected_follows_the_assignments() -> None:
    small = [
        Done(0, "quick", "a", 0.1),
        Done(0, "slow", "a", 1.0),
        Done(0, "slow", "b", 3.0),
        Done(0, "slow", "c", None),
    ]
    large = [Done(0, "quick", "a", 0.2), Done(0, "slow", "a", 2.0), Done(0, "slow", "b", None)]
    assert (mean(large), expected(large, small)) == (1.1, 1.05)


def test_tenths_and_shares_lose_nobody() -> None:
    done = [Done(n, "a", str(n), 1.0) for n in range(23)]
    assert [one for tenth in tenths(done) for one in tenth] == done
    assert share_out(10_000, 7) == (1429, 1429, 1429, 1429, 1428, 1428, 1428)


FIGURES = Figures(
    machine="a machine", count=10_000, jobs=2, rate=4.0, peak=2**29, size=300_000,
    alone=400, rows=50_000, rows_each=19, sent=80_000, back=120_000, tasks=200,
)  # fmt: skip


def test_the_calculation_for_a_hundred_thousand() -> None:
    text = calculation(FIGURES)
    assert "100,000 submissions are 14 worker-hours" in text
    assert "| 2 | 4.0 | 6.9 h | the workers |" in text
    assert "| 64 | 128.0 | 13 min | the workers |" in text
    assert "| 256 | 200.0 | 8 min | the scheduler |" in text
    assert "At the command's limit of 200 submissions a second, 100 workers are busy and 320 Mbit/s" in text


def test_the_figures_go_between_the_marks_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "scaling.md"
    path.write_text((PROJECT / "docs" / "scaling.md").read_text(encoding="utf-8"), encoding="utf-8")
    put_between(path, "new\n")
    put_between(path, calculation(FIGURES))
    text = path.read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END), "new\n" in text) == (1, 1, False)
    assert text.startswith("# Grading on a cluster")
    assert "What limits the speed" in text
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="has not the marks"):
        put_between(path, "new\n")
