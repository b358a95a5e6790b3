"""All golden cases against the real engine in one go, with canaries laid out before and examined afterwards.

A campaign has a course of its own with a gradebook in it. A classmate and a probe are graded first: the classmate's
files and rows must stay as they are, and the probe's report is what a case of the ninth family learns from. Then
`grade_assignment` and `write_feedback` take all cases as they would take a class.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import canaries
import golden
from msgspec import structs
from small_course import PROJECT, own_solutions

from autograder.authoring.build import build_from_course
from autograder.course import Course, Limits, load_course
from autograder.errors import AutograderError
from autograder.gradebook.book import Book
from autograder.reports.write import write_feedback
from autograder.results import Outcome, Result, Status
from autograder.runs.batch import grade_assignment
from autograder.sandbox.host import readable_paths
from autograder.workspace.autograded import write_autograded
from autograder.workspace.store import Store
from autograder.workspace.submissions import Submission, load

LIMITS = Limits(cell_seconds=3, call_seconds=1, submission_seconds=20, memory_mb=512)
CLASSMATE, PROBE = "classmate", "probe"
WRONG = "# %% answer decision_line\ndef decision_line(w, b, x1):\n    return 0.0"
EXTRAS = {"first": WRONG, "again": WRONG, "changed": WRONG + "  # once more"}
MAX_SHOWN = 25_000_000
MAX_RESULT = 1_000_000


@dataclass(frozen=True)
class Judged:
    """One case and what is wrong with its result: nothing, when it was withstood or kept its points."""

    case: golden.Case
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Campaign:
    """What came of all cases."""

    judged: tuple[Judged, ...]
    canaries: tuple[canaries.Found, ...]
    results: dict[str, Result]
    seconds: float


def run(folder: Path, workers: int = 2, only: Collection[str] = ()) -> Campaign:
    """Grades every case, or those named in ``only``, in a course below ``folder``, and examines the canaries."""
    start = time.monotonic()
    cases = [case for case in golden.cases() if not only or case.name in only]
    with own_solutions(), canaries.laid_out(*_places(folder)) as laid:
        course = _course(folder)
        golden.lay(course, CLASSMATE, golden.compose(course, ""))
        golden.lay(course, PROBE, golden.compose(course, WRONG))
        known = {result.student: result for result in _grade(course, workers=1)}
        write_feedback(course, golden.ASSIGNMENT)
        rows = _rows(course, CLASSMATE)
        laid.watch(_files_of_others(course))
        for case in cases:
            into = golden.hand_in(case, course)
            if case.canaries:
                canaries.hand_over(laid, into)
            if case.learns:
                (into / "told.json").write_text(json.dumps(_told(known[PROBE])))
        for student, cells in EXTRAS.items():
            golden.lay(course, student, golden.compose(course, cells))
        results = {result.student: result for result in _grade(course, workers)}
        write_feedback(course, golden.ASSIGNMENT)
        judged = tuple(Judged(case, tuple(_faults(case, results.get(_known_as(case.who)), course))) for case in cases)
        examined = laid.examine(_outputs(course))
        row = canaries.Found("gradebook", "the classmate's rows", "" if _rows(course, CLASSMATE) == rows else "changed")
    return Campaign(judged, (*examined, row), results, time.monotonic() - start)


def _known_as(student: str) -> str:
    """An id that cannot be printed is told in escapes."""
    return student if student.isprintable() else ascii(student)[1:-1]


def _places(folder: Path) -> tuple[Path, ...]:
    """Where canaries lie: beside the course, in it, in its workspace, and among what a classmate handed in."""
    workspace = folder / "course" / "workspace"
    readable_paths = (folder, folder / "course", workspace, workspace / "submitted" / CLASSMATE / golden.ASSIGNMENT)
    readable_paths[-1].mkdir(parents=True)
    return readable_paths


def _course(folder: Path) -> Course:
    root = folder / "course"
    for name in ("assignments", "solutions"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT / "course.yml", root / "course.yml")
    real = load_course(root)
    course = structs.replace(
        real, config=structs.replace(real.config, limits=LIMITS, gradebook="sqlite:///gradebook.db")
    )
    build_from_course(course, golden.ASSIGNMENT)
    return course


def _grade(course: Course, workers: int) -> tuple[Result, ...]:
    heard: list[Result] = []
    fresh = {
        r.student for r in grade_assignment(course, golden.ASSIGNMENT, workers=workers, progress=heard.append).graded
    }
    return tuple(result for result in heard if result.student in fresh)


def _files_of_others(course: Course) -> Iterator[Path]:
    """The classmate's files, the course's own, and those of the kit that grades."""
    workspace = course.workspace
    for root in (*workspace.glob(f"*/{CLASSMATE}"), workspace / "source", workspace / "release", workspace / ".seed"):
        yield from [root] if root.is_file() else (path for path in root.rglob("*") if path.is_file())
    yield Store(course, golden.ASSIGNMENT).path(CLASSMATE)
    for root in {course.root, PROJECT}:
        yield root / "course.yml"
        for name in ("solutions", "autograder", "assignments"):
            yield from (p for p in (root / name).rglob("*") if p.is_file() and _is_secret(p))


def _is_secret(path: Path) -> bool:
    """What runs beside the student may be read there; compiled copies come and go."""
    return "__pycache__" not in path.parts and not any(map(path.is_relative_to, readable_paths.BESIDE_THE_STUDENT))


def _rows(course: Course, student: str) -> tuple[Any, Any]:
    with Book(course.gradebook, course.course_id) as book:
        return book.marks(golden.ASSIGNMENT)[student], book.timestamps(golden.ASSIGNMENT)[student]


def _told(result: Result) -> list[dict[str, Any]]:
    """The calls and expected answers that a report shows to its student."""
    tests = [test for exercise in result.exercises for test in exercise.tests]
    return [
        {"arguments": [argument.value.text for argument in seen.arguments], "want": seen.want.text}
        for test in tests
        if (seen := test.counterexample) and seen.want
    ]


def _outputs(course: Course) -> Iterator[bytes]:
    """All that the run wrote for people."""
    for name in ("results", "autograded", "feedback"):
        files = (path for path in (course.workspace / name).rglob("*") if path.is_file())
        yield from (path.read_bytes() for path in files if CLASSMATE not in path.parts)
    yield (course.workspace / "gradebook.db").read_bytes()


# --- what is wrong with a result --------------------------------------------------------------------------------------


def _faults(case: golden.Case, result: Result | None, course: Course) -> Iterator[str]:
    if result is None:
        yield "no result"
        return
    if result.status != case.status:
        yield f"{result.status}, not {case.status}: {result.reason}"
    said = " ".join((result.reason, *result.notes))
    yield from (f"nothing says {words!r}: {said[:500]}" for words in case.says if words not in said)
    told = " ".join(test.message for exercise in result.exercises for test in exercise.tests)
    yield from (f"no test tells {words!r}: {told[:500]}" for words in case.tells if words not in told)
    if case.asked is not None and case.asked == (golden.WRITTEN in result.unanswered):
        yield f"the written question {'counts as unanswered' if case.asked else 'waits for a person'}"
    if result.status is Status.graded:
        yield from _faults_of_scores(case, result)
        yield from _faults_of_shown(case, result, course)
        if (recorded := _recorded(course, case.who)) != (scores := {e.name: e.score for e in result.exercises}):
            yield f"the gradebook holds {recorded}, not {scores}"
    elif result.score is not None:
        yield f"a score of {result.score} without being graded"
    if case.plant:
        yield from _faults_of_plant(case, result, course)


def _faults_of_scores(case: golden.Case, result: Result) -> Iterator[str]:
    lost = {e.name: e.score for e in result.exercises if e.score < e.max_score}
    if lost != case.scores:
        told = [(e.name, t.name, t.message) for e in result.exercises for t in e.tests if t.message]
        yield f"the exercises that lost points are {lost}, not {case.scores}: {str(told)[:600]}"
    for exercise in result.exercises:
        expected = case.outcomes.get(exercise.name)
        outcomes = {str(test.outcome) for test in exercise.tests if test.outcome is not Outcome.passed}
        if expected is not None and outcomes != {expected}:
            yield f"{exercise.name} ended with {sorted(outcomes)}, not {expected}"


def _faults_of_shown(case: golden.Case, result: Result, course: Course) -> Iterator[str]:
    """What is shown is bounded, shows nothing as markup that came from a student, and no line of a hidden test."""
    executed = course.autograded_dir(case.who, golden.ASSIGNMENT) / f"{golden.ASSIGNMENT}.ipynb"
    page = course.feedback_path(case.who, golden.ASSIGNMENT).read_text()
    shown = [page, *_strings(json.loads(executed.read_bytes()))]
    if sum(map(len, shown)) > MAX_SHOWN:
        yield "what is shown is too long"
    for words in ("\x1b]", *case.never):
        if any(words in text for text in shown):
            yield f"{words!r} is shown"
    kept = result.to_json()
    if len(kept) > MAX_RESULT:
        yield "the result is too long"
    if any(line in kept.decode() or line in page for line in _lines_of_hidden_tests()):
        yield "a line of a hidden test is shown"


def _strings(value: object) -> Iterator[str]:
    """All outputs of a notebook; its sources are the student's own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key != "source":
                yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _lines_of_hidden_tests() -> list[str]:
    source = PROJECT / "solutions" / "hidden" / f"test_{golden.ASSIGNMENT}.py"
    code = [line.strip() for line in source.read_text().splitlines() if not line.strip().startswith('"""')]
    return [line for line in code if len(line) > 30]


def _recorded(course: Course, student: str) -> dict[str, float | None]:
    with Book(course.gradebook, course.course_id) as book:
        row = book.recorded(golden.ASSIGNMENT).get(student, {})
    return {name.removeprefix("test_"): score for name, score in row.items() if name.startswith("test_")}


def _faults_of_plant(case: golden.Case, result: Result, course: Course) -> Iterator[str]:
    """Plants a link to the outside where the grader writes, and has it write there."""
    outside = course.root.parent / f"outside-{case.name}"
    outside.mkdir()
    (outside / "canary").write_text("untouched")
    link = course.workspace / case.plant
    kept = link.with_name(f"{link.name}.kept")
    if link.exists():
        link.rename(kept)
    is_file = bool(link.suffix)
    if kept.is_file():
        shutil.copyfile(kept, outside / "canary")
    before = (outside / "canary").read_bytes()
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / "canary" if is_file else outside)
    submission = load(course.submitted_dir, golden.ASSIGNMENT, case.who)
    assert isinstance(submission, Submission)
    for write in (
        lambda: Store(course, golden.ASSIGNMENT).save(result),
        lambda: write_autograded(course.workspace, submission, b"{}"),
        lambda: write_feedback(course, golden.ASSIGNMENT, student=case.who),
        lambda: _record(course, result),
    ):
        with contextlib.suppress(AutograderError):  # refused, or the link is replaced: either keeps what is outside
            write()
    if [path.name for path in outside.iterdir()] != ["canary"] or (outside / "canary").read_bytes() != before:
        yield "what lies outside was touched"
    if link.is_symlink():
        link.unlink()
    if kept.exists():
        shutil.rmtree(link, ignore_errors=True) if link.is_dir() else link.unlink(missing_ok=True)
        kept.rename(link)


def _record(course: Course, result: Result) -> None:
    with Book(course.gradebook, course.course_id) as book:
        book.record([result])
