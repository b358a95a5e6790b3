"""One submission to one result: the notebook runs in the student's process, the hidden tests in this one."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import msgspec
from msgspec import UNSET, structs

from autograder.course.grade_ids import is_test
from autograder.errors import InterpreterGone, SubmissionError
from autograder.grading.behaviour import Probe, behaviours, probes_of
from autograder.grading.diagnosis.diagnose import Diagnosis, Subject, diagnose
from autograder.grading.diagnosis.mutants import inherited, variants
from autograder.grading.follow_through import LendingInterrupted, follow_through
from autograder.grading.form_price import judge_values
from autograder.grading.notes import causes, elsewhere, notes_on, why_stopped
from autograder.grading.timing import Stopwatch
from autograder.notebooks.executed import executed_notebook
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import SubmittedNotebook, parse
from autograder.results import ExerciseResult, FormPrice, Outcome, Provenance, Result, Status, TestResult
from autograder.sandbox.common import messages
from autograder.sandbox.common.messages import LOCKED, Choice
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host.bounded import bounded_memory
from autograder.sandbox.host.interpreter import Interpreter
from autograder.sandbox.host.replies import CellRun, Died, TimedOut, Waits
from autograder.sandbox.host.supervisor import Clock, Session
from autograder.testing.mistakes import Mistake
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict
from autograder.workspace.fingerprint import fingerprint_of
from autograder.workspace.submissions import Submission

ASKED = (Outcome.passed, Outcome.failed, Outcome.error)
"""Outcomes after which the student's process can be asked again without a wait."""

MANY_PARTS = 5_000
DIAGNOSIS_MEMORY = 256 * 2**20
MAX_RESULT, MAX_NOTES, MAX_NOTE = 1_000_000, 50, 1_000
"""A result larger than this is kept without its calls, and with at most this many notes of this many characters."""


@dataclass(frozen=True)
class Material:
    """Everything that grading an assignment needs, apart from the submissions. ``origin`` has the hashes of all of it.

    ``form`` is the percentage of an exercise's points that a wrong form costs at most.
    ``hints`` and ``counterexamples`` say whether students may see them in the executed notebook.
    """

    assignment: str
    expected: Release
    suite: Suite
    mistakes: tuple[Mistake, ...]
    titles: Mapping[str, str]
    clock: Clock
    figures: bool
    origin: Provenance
    form: float = 25.0
    hints: bool = True
    counterexamples: bool = True

    @property
    def reference(self) -> ModuleType:
        return self.suite.module

    def subject(self, exercise: str) -> Subject:
        """An exercise and everything that may explain a wrong answer to it."""
        others = {name: getattr(self.reference, name) for name in self.suite.points if name != exercise}
        return Subject(
            right=getattr(self.reference, exercise),
            known=tuple(mistake for mistake in self.mistakes if mistake.exercise == exercise),
            others={name: function for name, function in others.items() if not isinstance(function, type)},
            variants=lambda: variants(self.reference, exercise) + inherited(self.reference, exercise, self.mistakes),
        )

    @functools.cached_property
    def probes(self) -> Mapping[str, tuple[Probe, ...]]:
        """What is asked of every wrong answer to an exercise."""
        return probes_of(self.suite)

    @property
    def fingerprint(self) -> str:
        """One hash of all of it."""
        return fingerprint_of(self.origin)


@dataclass(frozen=True)
class Graded:
    """A result, the executed notebook if there is one, and the seconds that each part took."""

    result: Result
    notebook: bytes | None = None
    spent: Mapping[str, float] = field(default_factory=dict)


def grade(
    submission: Submission,
    material: Material,
    interpreter: Interpreter,
    seed: int,
    only: str | None = None,
) -> Graded:
    """Grades one submission; or, for examining the course itself, its answer to the exercise ``only`` alone.

    Raises:
        InterpreterGone: if the warmed interpreter ended; the submission must be tried again with a new one.
        LendingInterrupted: if it ended after references had been lent; then it must not be tried again.
    """
    start, watch = time.monotonic(), Stopwatch()
    try:
        with watch.part("results"):
            parsed = parse(submission.notebook, material.assignment, material.expected, path=submission.path)
    except SubmissionError as fault:
        reason = f"{fault.path.name} {fault.fault}."
        return Graded(blank(submission, material, seed, Status.not_gradable, reason))
    session = _session(parsed, submission, material, interpreter)
    try:
        with watch.part("processes"):
            session.start()
        with watch.part("execution"):
            session.run_notebook()
            choices = session.choices()
        watch.shift(session.drawing, "execution", to="figures")
        with watch.part("tests"):
            verdicts = _verdicts(session, material, seed, only)
            found = diagnoses(verdicts, material, session)
            behaved = {} if only else _behaved(verdicts, material, session)
            runs = session.outcomes()
    except InterpreterGone as fault:
        if session.lending:
            raise LendingInterrupted(str(fault)) from None
        raise
    finally:
        with watch.part("processes"):
            session.close()
    with watch.part("results"):
        seconds = time.monotonic() - start
        result = _result(submission, material, parsed, runs, choices, verdicts, found, behaved, seed, seconds)
        if result.status is not Status.graded or only is not None:
            return Graded(result)
        outputs = {run.index: [*map(_output, run.outputs), *_stopped(run)] for run in runs}
        shown = {"hints": material.hints, "counterexamples": material.counterexamples}
        notebook = executed_notebook(parsed, material.expected, outputs, result, **shown)
    return Graded(result, notebook, dict(watch.seconds))


def _session(
    parsed: SubmittedNotebook, submission: Submission, material: Material, interpreter: Interpreter
) -> Session:
    """The student's process, which is not started yet; check cells stay outside."""
    cells = [(cell.index, cell.source) for cell in parsed.cells if cell.kind == "code" and not is_test(cell.grade_id)]
    return Session(
        interpreter,
        cells,
        submission.files,
        material.clock,
        material.figures,
        exercises=material.expected.exercises,
        answers=_answers(parsed, material.expected),
        released=_released(parsed, material.expected),
    )


def _verdicts(
    session: Session,
    material: Material,
    seed: int,
    only: str | None,
) -> tuple[Verdict, ...]:
    """The hidden tests' verdicts on all exercises, or on the exercise ``only`` alone."""
    suite = material.suite
    tests = [test.name for test in suite.tests if only in (None, test.exercise)]
    verdicts = _spared(suite, session, seed, suite.run(session, seed, only=tests))
    if only is None:
        session.run_waiting_cells()
    verdicts = judge_values(suite, session, seed, verdicts)
    if only is not None:
        return verdicts
    verdicts = follow_through(suite, session, seed, material.expected.exercises, verdicts)
    return judge_values(suite, session, seed, verdicts)


def _spared(suite: Suite, session: Session, seed: int, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts, trying again those with an outside cause: a SIGKILL, or others who kept the processor busy.

    Each is tried once more, with more time; what happens twice is the notebook's own doing. All other verdicts stay,
    since asking a question twice would help a notebook that can remember the first time.
    """
    unlucky = {v.test.name for v in verdicts if v.outcome is not Outcome.passed and _unlucky(v)}
    if not unlucky:
        return verdicts
    session.patience.wait_longer()
    again = {v.test.name: v for v in suite.run(session, seed, only=unlucky)}
    return tuple(again.get(verdict.test.name, verdict) for verdict in verdicts)


def _unlucky(verdict: Verdict) -> bool:
    replies = [call.reply for call in verdict.calls]
    return any((isinstance(r, Died) and r.struck) or (isinstance(r, TimedOut) and r.starved) for r in replies)


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


def _answers(parsed: SubmittedNotebook, expected: Release) -> dict[int, str]:
    """Which exercise belongs in which cell; locked cells are marked as such."""
    marked = {cell.index: expected.cells[cell.grade_id] for cell in parsed.cells if cell.grade_id is not None}
    return {index: LOCKED if cell.locked else cell.grade_id for index, cell in marked.items()}


def _released(parsed: SubmittedNotebook, expected: Release) -> frozenset[int]:
    """The cells with the release's own text, whether it is locked or not."""
    return frozenset(cell.index for cell in parsed.cells if cell.source in expected.unmarked)


def _result(
    submission: Submission,
    material: Material,
    parsed: SubmittedNotebook,
    runs: Sequence[CellRun],
    choices: Sequence[Choice],
    verdicts: Sequence[Verdict],
    found: Mapping[str, Diagnosis],
    behaved: Mapping[str, str],
    seed: int,
    seconds: float,
) -> Result:
    of_each = {name: [v for v in verdicts if v.test.exercise == name] for name in material.expected.exercises}
    why = causes(material.expected.exercises, parsed, runs)
    exercises = tuple(
        structs.replace(
            _exercise(name, own, material, found.get(name), why.get(name, "")), behaviour=behaved.get(name, UNSET)
        )
        for name, own in of_each.items()
        if own
    )
    internal = [e.name for e in exercises if e.internal]
    answered = elsewhere(parsed, choices)
    result = Result(
        assignment=material.assignment,
        student=submission.student,
        status=Status.ungraded if internal else Status.graded,
        score=None if internal else _rounded(sum(e.score for e in exercises)),
        max_score=sum(e.max_score for e in exercises),
        submission_sha256=submission.sha256,
        seed=seed,
        fingerprint=material.fingerprint,
        origin=material.origin,
        reason=f"A hidden test of {', '.join(internal)} failed, which is not the student's fault." if internal else "",
        notes=(*submission.notes, *parsed.notes, *notes_on(parsed, material.expected.unmarked, runs, choices)),
        unanswered=tuple(name for name in parsed.unanswered if name not in answered),
        seconds=round(seconds, 4),
        exercises=exercises,
    )
    return _within_bounds(result)


def _has_many_parts(value: Any) -> bool:
    """Whether an answer has lists and dictionaries with thousands of items, or a long text."""
    waiting, parts = [value], 0
    while waiting and parts <= MANY_PARTS:
        part = waiting.pop()
        if isinstance(part, list | tuple | dict | str | bytes):
            parts += len(part)
        if parts <= MANY_PARTS and isinstance(part, list | tuple | dict):
            waiting += [*part, *part.values()] if isinstance(part, dict) else part
    return parts > MANY_PARTS


def diagnoses(verdicts: Sequence[Verdict], material: Material, session: Session) -> dict[str, Diagnosis]:
    """What is behind the wrong answers, by exercise, if it is certain."""
    found = {}
    for name in dict.fromkeys(v.test.exercise for v in verdicts if _is_off(v)):
        own = [verdict for verdict in verdicts if verdict.test.exercise == name]
        calls = [call for verdict in own for call in verdict.calls if call.exercise == name]
        if any(_has_many_parts(call.reply.value) for call in calls if isinstance(call.reply, Observation)):
            continue  # no known mistake answers with thousands of items, and each mistake would be compared with them
        telling = {id(v.calls[-1]) for v in own if _is_off(v) and v.calls}
        asks = all(v.outcome in ASKED and not v.follow_through for v in own)
        try:
            with bounded_memory(DIAGNOSIS_MEMORY):
                diagnosis = diagnose(calls, material.subject(name), telling, session.call if asks else None)
        except MemoryError:  # answers too large to look into
            continue
        if diagnosis is not None:
            found[name] = diagnosis
    return found


def _behaved(verdicts: Sequence[Verdict], material: Material, session: Session) -> dict[str, str]:
    """How each wrong exercise behaves, by its hash; asked last, when nothing can earn anything any more."""
    wrong = dict.fromkeys(v.test.exercise for v in verdicts if _is_off(v))
    if not wrong:
        return {}
    probes = material.probes
    try:
        with bounded_memory(DIAGNOSIS_MEMORY):
            return behaviours(verdicts, wrong, material.suite, session, probes)
    except MemoryError:
        return {}


def _is_off(verdict: Verdict) -> bool:
    """Whether the answer was wrong, even if only in its form."""
    return verdict.outcome is not Outcome.passed or verdict.form is not None


def _within_bounds(result: Result) -> Result:
    """The result, without the calls it shows if they take up more room than any honest ones."""
    if len(msgspec.json.encode(result)) <= MAX_RESULT:
        return result
    exercises = tuple(
        structs.replace(e, tests=tuple(structs.replace(t, counterexample=None, traceback=()) for t in e.tests))
        for e in result.exercises
    )
    notes = tuple(note[:MAX_NOTE] for note in result.notes[:MAX_NOTES])
    left_out = "The calls that show what is wrong were left out: they were too large."
    return structs.replace(result, exercises=exercises, notes=(*notes, left_out))


def _exercise(
    name: str, verdicts: Sequence[Verdict], material: Material, found: Diagnosis | None, why: str
) -> ExerciseResult:
    most = _rounded(sum(v.test.points for v in verdicts))
    form = _form_of(verdicts, most * material.form / 100)
    earned = sum(v.test.points for v in verdicts if v.outcome is Outcome.passed)
    return ExerciseResult(
        name=name,
        title=material.titles.get(name, name),
        score=_rounded(earned - (form.cost or 0.0 if form else 0.0)),
        max_score=most,
        form=form or UNSET,
        misconception=found.misconception if found else None,
        hint=found.hint if found else None,
        apart_from=(found.apart_from if found else ()) or UNSET,
        tests=tuple(_test(verdict, form, why) for verdict in verdicts),
    )


def _form_of(verdicts: Sequence[Verdict], price: float) -> FormPrice | None:
    """What the wrong form costs: its price, but no more than the tests it affected are worth."""
    spoilt = [verdict for verdict in verdicts if verdict.form]
    if not spoilt or spoilt[0].form is None:
        return None
    worth = sum(verdict.test.points for verdict in spoilt)
    asked, came = spoilt[0].form
    return FormPrice(asked=asked, came=came, cost=_rounded(min(price, worth)), worth=_rounded(worth))


def _test(verdict: Verdict, form: FormPrice | None, why: str) -> TestResult:
    """``why`` says what kept the exercise's cell from defining it."""
    test = verdict.test
    left = 1.0 - (form.cost or 0.0) / form.worth if form and verdict.form and form.worth else 1.0
    message = f"{verdict.message} {why}".rstrip() if verdict.outcome is Outcome.missing else verdict.message
    return TestResult(
        name=test.name,
        title=test.title,
        outcome=verdict.outcome,
        score=_rounded(test.points * left) if verdict.outcome is Outcome.passed else 0.0,
        max_score=test.points,
        message=message,
        counterexample=verdict.counterexample,
        traceback=verdict.traceback,
        follow_through=verdict.follow_through,
    )


def _rounded(points: float) -> float:
    """Rounds away the binary dust in sums of points such as 0.1."""
    return round(points, 6)


def _output(output: messages.Stream | messages.Display | messages.Failure) -> dict[str, Any]:
    """An output in nbformat's form."""
    match output:
        case messages.Stream():
            return {"output_type": "stream", "name": output.name, "text": output.text}
        case messages.Failure():
            fields = {"ename": output.ename, "evalue": output.evalue, "traceback": list(output.traceback)}
            return {"output_type": "error", **fields}
        case messages.Display(count=None):
            return {"output_type": "display_data", "data": output.data, "metadata": {}}
    return {"output_type": "execute_result", "data": output.data, "metadata": {}, "execution_count": output.count}


def _stopped(run: CellRun) -> list[dict[str, Any]]:
    """Says in the executed notebook that a cell did not finish."""
    if run.fault is None:
        return []
    if isinstance(run.fault, Waits):
        return [{"output_type": "stream", "name": "stdout", "text": _waits(run.fault)}]
    text = f"This cell was stopped: {why_stopped(run)}. The cells below ran without it."
    return [{"output_type": "error", "ename": "Stopped", "evalue": text, "traceback": [text]}]


def _waits(fault: Waits) -> str:
    names = " and ".join(", ".join(f"`{name}`" for name in fault.exercises).rsplit(", ", 1))
    answer = "answers" if len(fault.exercises) == 1 else "answer"
    return f"This cell waits until {names} {answer} in time.\n"
