"""One submission to one result: the notebook runs in the student's process, the hidden tests in this one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from autograder.errors import SubmissionError
from autograder.grading.diagnosis import diagnose
from autograder.grading.follow_through import follow_through
from autograder.grading.timing import Stopwatch
from autograder.notebooks.executed import executed_notebook
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import SubmittedNotebook, parse
from autograder.results import ExerciseResult, Outcome, Provenance, Result, Status, TestResult
from autograder.sandbox.common import messages
from autograder.sandbox.host.interpreter import Interpreter
from autograder.sandbox.host.replies import CellRun, Garbled, TimedOut
from autograder.sandbox.host.supervisor import Clock, Session
from autograder.testing.mistakes import Mistake
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict
from autograder.workspace.fingerprint import fingerprint_of
from autograder.workspace.submissions import Submission


@dataclass(frozen=True)
class Material:
    """All that grading an assignment needs, apart from the submissions. ``origin`` has the hashes of all of it.

    ``hints`` and ``counterexamples`` tell whether students may see them in the executed notebook.
    """

    assignment: str
    expected: Release
    suite: Suite
    mistakes: tuple[Mistake, ...]
    titles: Mapping[str, str]
    clock: Clock
    figures: bool
    origin: Provenance
    hints: bool = True
    counterexamples: bool = True

    @property
    def reference(self) -> ModuleType:
        """The reference solutions."""
        return self.suite.module

    @property
    def fingerprint(self) -> str:
        """One hash of all of it."""
        return fingerprint_of(self.origin)


@dataclass(frozen=True)
class Graded:
    """A result, the executed notebook when there is one, and the seconds that each part took."""

    result: Result
    notebook: bytes | None = None
    spent: Mapping[str, float] = field(default_factory=dict)


def grade(
    submission: Submission,
    material: Material,
    interpreter: Interpreter,
    seed: int,
    only: str | None = None,
    *,
    again: bool = False,
) -> Graded:
    """Grades one submission; or, for examining the course itself, its answer to the exercise ``only`` alone.

    When the student's process was killed, everything is tried ``again``: what happens twice is the notebook's doing.

    Raises:
        InterpreterGone: when the warmed interpreter ended, so that the submission must be tried again with a new one.
    """
    start, watch = time.monotonic(), Stopwatch()
    try:
        with watch.part("results"):
            parsed = parse(submission.notebook, material.assignment, material.expected, path=submission.path)
    except SubmissionError as fault:
        reason = f"{fault.path.name} {fault.fault}."
        return Graded(blank(submission, material, seed, Status.not_gradable, reason))
    cells = [(cell.index, cell.source) for cell in parsed.cells if cell.kind == "code" and not _is_test(cell.grade_id)]
    session = Session(interpreter, cells, submission.files, material.clock, material.figures)
    try:
        with watch.part("processes"):
            session.start()
        with watch.part("execution"):
            runs = session.run_notebook()
        watch.shift(session.drawing, "execution", to="figures")
        with watch.part("tests"):
            verdicts = _verdicts(session, material, seed, only)
    finally:
        with watch.part("processes"):
            session.close()
    if session.struck and not again:
        return grade(submission, material, interpreter, seed, only, again=True)
    with watch.part("results"):
        result = _result(submission, material, parsed, runs, verdicts, seed, time.monotonic() - start)
        if result.status is not Status.graded or only is not None:
            return Graded(result)
        outputs = {run.index: [*map(_output, run.outputs), *_stopped(run)] for run in runs}
        shown = {"hints": material.hints, "counterexamples": material.counterexamples}
        notebook = executed_notebook(parsed, material.expected, outputs, result, **shown)
    return Graded(result, notebook, dict(watch.seconds))


def _verdicts(
    session: Session,
    material: Material,
    seed: int,
    only: str | None,
) -> tuple[Verdict, ...]:
    """What the hidden tests say of all exercises, or of the exercise ``only`` alone."""
    suite = material.suite
    tests = [test.name for test in suite.tests if only in (None, test.exercise)]
    verdicts = suite.run(session, seed, only=tests)
    if only is not None:
        return verdicts
    return follow_through(suite, session, seed, material.expected.exercises, verdicts)


def blank(submission: Submission, material: Material, seed: int, status: Status, reason: str) -> Result:
    """A result without a score, for a submission that could not be graded."""
    return Result(
        assignment=material.assignment,
        student=submission.student,
        status=status,
        score=None,
        max_score=sum(material.suite.points.values()),
        submission_sha256=submission.sha256,
        seed=seed,
        fingerprint=material.fingerprint,
        origin=material.origin,
        reason=reason,
        notes=submission.notes,
    )


def _is_test(grade_id: str | None) -> bool:
    return grade_id is not None and grade_id.startswith("test_")


def _result(
    submission: Submission,
    material: Material,
    parsed: SubmittedNotebook,
    runs: Sequence[CellRun],
    verdicts: Sequence[Verdict],
    seed: int,
    seconds: float,
) -> Result:
    of_each = {name: [v for v in verdicts if v.test.exercise == name] for name in material.expected.exercises}
    exercises = tuple(_exercise(name, own, material) for name, own in of_each.items() if own)
    internal = [e.name for e in exercises if e.internal]
    stopped = tuple(f"Cell {run.index + 1} was stopped: {_why_stopped(run)}." for run in runs if run.fault is not None)
    return Result(
        assignment=material.assignment,
        student=submission.student,
        status=Status.ungraded if internal else Status.graded,
        score=None if internal else _rounded(sum(e.score for e in exercises)),
        max_score=sum(e.max_score for e in exercises),
        submission_sha256=submission.sha256,
        seed=seed,
        fingerprint=material.fingerprint,
        origin=material.origin,
        reason=f"A hidden test of {', '.join(internal)} failed through no fault of the student's." if internal else "",
        notes=(*submission.notes, *parsed.notes, *stopped),
        unanswered=parsed.unanswered,
        seconds=round(seconds, 4),
        exercises=exercises,
    )


def _exercise(name: str, verdicts: Sequence[Verdict], material: Material) -> ExerciseResult:
    failed = [verdict for verdict in verdicts if verdict.outcome is not Outcome.passed]
    mistake = None
    if failed:
        calls = [call for verdict in verdicts for call in verdict.calls if call.exercise == name]
        mistake = diagnose(calls, material.mistakes, material.reference)
    return ExerciseResult(
        name=name,
        title=material.titles.get(name, name),
        score=_rounded(sum(v.test.points for v in verdicts if v.outcome is Outcome.passed)),
        max_score=_rounded(sum(v.test.points for v in verdicts)),
        misconception=mistake.misconception if mistake else None,
        hint=mistake.hint if mistake else None,
        tests=tuple(_test(verdict) for verdict in verdicts),
    )


def _test(verdict: Verdict) -> TestResult:
    test = verdict.test
    return TestResult(
        name=test.name,
        title=test.title,
        outcome=verdict.outcome,
        score=test.points if verdict.outcome is Outcome.passed else 0.0,
        max_score=test.points,
        message=verdict.message,
        counterexample=verdict.counterexample,
        traceback=verdict.traceback,
        follow_through=verdict.follow_through,
    )


def _rounded(points: float) -> float:
    """Sums of points such as 0.1 lose their binary dust."""
    return round(points, 6)


def _output(output: messages.Stream | messages.Display | messages.Failure) -> dict[str, Any]:
    """An output as nbformat has it."""
    match output:
        case messages.Stream():
            return {"output_type": "stream", "name": output.name, "text": output.text}
        case messages.Failure():
            fields = {"ename": output.ename, "evalue": output.evalue, "traceback": list(output.traceback)}
            return {"output_type": "error", **fields}
        case messages.Display(count=None):
            return {"output_type": "display_data", "data": output.data, "metadata": {}}
    return {"output_type": "execute_result", "data": output.data, "metadata": {}, "execution_count": output.count}


def _why_stopped(run: CellRun) -> str:
    if isinstance(run.fault, TimedOut):
        return f"it was not done within {run.fault.seconds:.3g} seconds"
    if isinstance(run.fault, Garbled):
        return f"what came back was no answer, {run.fault.reason}"
    return run.fault.reason if run.fault else ""


def _stopped(run: CellRun) -> list[dict[str, Any]]:
    """Tells in the executed notebook that a cell did not end by itself."""
    if run.fault is None:
        return []
    text = f"This cell was stopped: {_why_stopped(run)}. The cells below ran without it."
    return [{"output_type": "error", "ename": "Stopped", "evalue": text, "traceback": [text]}]
