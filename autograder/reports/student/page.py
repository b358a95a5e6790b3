"""A Result as one HTML page: no script, nothing loaded from elsewhere, every text bounded, cleaned and escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment

from autograder.course import Revealed
from autograder.course.deadlines import penalty
from autograder.course.grade_ids import name_of, written_id
from autograder.reports.html import environment
from autograder.reports.reveal import conceal
from autograder.reports.student.codes import codes_in
from autograder.reports.student.findings import ReportFinding, findings
from autograder.reports.student.plots import caption, draw
from autograder.results import DisplayValue, ExerciseResult, Outcome, Result, Status, TestResult
from autograder.text import clean, cleaned

MAX_BYTES = 1_000_000
"""A report stays below this size."""

TEXT_LIMITS = (2_000, 300, 60)
"""Longest text shown, in characters. A report that is too large is made again with the next limit."""

NAME_LIMIT = 100
"""Longest student's name shown."""

COMMENT_LIMIT = 10_000
"""Longest comment shown; comments are written by hand."""

MAX_SIDE = 16
"""An array with more rows or columns than this is shown as text, not as a table."""

MAX_NOTES = 20
MAX_FRAMES = 30


@dataclass(frozen=True)
class Comment:
    """A teaching assistant's comment from the gradebook. ``cell`` is a grade_id: an exercise or 'written_<name>'."""

    cell: str
    text: str


@dataclass(frozen=True)
class ManualScore:
    """The points of a written question; ``score`` is None until somebody has graded it."""

    name: str
    title: str
    score: float | None
    max_score: float


@dataclass(frozen=True)
class ExerciseView:
    """One exercise as the page shows it; ``number`` counts from 1, in the notebook's order.

    ``state`` is 'full', 'part' or 'none'; ``given`` a teacher's points.
    """

    number: int
    result: ExerciseResult
    given: float | None
    state: str
    findings: tuple[ReportFinding, ...]
    passed: tuple[TestResult, ...]
    comments: tuple[str, ...]
    corrections: tuple[str, ...]
    form_code: str

    @property
    def lost(self) -> float:
        """How many points are missing from full marks."""
        return self.result.max_score - self.result.score

    @property
    def unwritten(self) -> bool:
        """Whether nothing is wrong but what is not written yet, which is no surprise."""
        return bool(self.findings) and all(finding.bare for finding in self.findings)

    @property
    def calls(self) -> frozenset[str]:
        """Earlier exercises with wrong answers that the student's code was seen to call."""
        return frozenset(name for test in self.result.tests for name in test.follow_through)

    @property
    def told(self) -> bool:
        """Whether there is more to read than that the tests passed."""
        more = self.comments or self.corrections or self.result.follow_through or self.result.form_line()
        return bool(more) or self.state != "full" or self.given is not None


@dataclass(frozen=True)
class WrittenView:
    """One written question as the page shows it.

    ``state`` is 'waiting' until somebody has graded it; then an exercise's, or 'read' where no score is revealed.
    """

    question: ManualScore
    state: str
    comments: tuple[str, ...]
    corrections: tuple[str, ...]


@dataclass(frozen=True)
class Total:
    """What the ring shows; ``pending`` are the points of written questions that nobody has graded yet.

    ``late`` are the points already deducted from ``score`` for being late.
    """

    score: float
    max_score: float
    pending: float
    late: float


@dataclass(frozen=True)
class First:
    """What to look at first, and the names of the exercises that call it."""

    exercise: ExerciseView
    callers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What the page shows beside the result; ``codes`` are those of each exercise's tests."""

    titles: Mapping[str, str]
    revealed: Revealed
    comments: Mapping[str, tuple[str, ...]]
    written: tuple[ManualScore, ...]
    given: Mapping[str, float]
    corrections: Mapping[str, tuple[str, ...]]
    codes: tuple[tuple[str, ...], ...]
    note: str
    section: Callable[[str], str]


def render(
    result: Result,
    *,
    course_title: str,
    assignment_title: str,
    revealed: Revealed,
    comments: tuple[Comment, ...] = (),
    written: tuple[ManualScore, ...] = (),
    given: Mapping[str, float] = MappingProxyType({}),
    corrections: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    note: str = "",
    section: Callable[[str], str] = lambda exercise: "",
) -> str:
    """The student's report as HTML, always the same for the same input, and encodable as UTF-8.

    ``given`` are the points of exercises for which a teacher overruled the tests, extra credit included.
    ``note`` is about another attempt than this one, ``section`` gives the address of an exercise's section in the book.
    ``corrections`` say of exercises and questions why they count otherwise than at first, as the points do already. The
    page contains nothing that is not ``revealed``. A report over `MAX_BYTES` is made again with shorter texts, and
    finally without counterexamples.
    """
    shown = conceal(result, revealed)
    around = _Around(
        titles={"course_title": clean(course_title, 200), "assignment_title": clean(assignment_title, 200)},
        revealed=revealed,
        comments=_by_cell(comments),
        written=written,
        given=given if revealed.score else {},
        corrections={name: tuple(clean(text, 1_000) for text in texts) for name, texts in corrections.items()},
        codes=tuple(codes_in(result, exercise) for exercise in result.exercises),
        note=clean(note, 500),
        section=section,
    )
    for limit in TEXT_LIMITS:
        page = _render(cleaned(shown, limit), around)
        if len(page) <= MAX_BYTES and len(page.encode()) <= MAX_BYTES:
            return page
    bare = conceal(shown, Revealed(score=True, hint=True, counterexample=False))
    return _render(cleaned(bare, TEXT_LIMITS[-1]), around)


def _by_cell(comments: Iterable[Comment]) -> dict[str, tuple[str, ...]]:
    texts: dict[str, tuple[str, ...]] = {}
    for comment in comments:
        if text := comment.text.strip():
            texts[comment.cell] = (*texts.get(comment.cell, ()), clean(text, COMMENT_LIMIT))
    return texts


def _render(result: Result, around: _Around) -> str:
    exercises = tuple(_exercise(n, exercise, around) for n, exercise in enumerate(result.exercises))
    written = tuple(_written(question, around) for question in around.written)
    placed = {each.name for each in result.exercises} | {_cell(question) for question in around.written}
    others = {cell: texts for cell, texts in around.comments.items() if cell not in placed}
    template = "graded.html.j2" if result.status is Status.graded else "not_graded.html.j2"
    return TEMPLATES[template].render(
        **around.titles,
        result=result,
        note=around.note,
        section=around.section,
        student=clean(result.student, NAME_LIMIT),
        revealed=around.revealed,
        unit="point" if around.revealed.score else "test",
        exercises=exercises,
        written=written,
        other_comments=[(clean(cell, 100), text) for cell, texts in others.items() for text in texts],
        total=_total(result, exercises, around.written),
        missing=sum(each.lost for each in exercises),
        first=_first(exercises),
    )


def _first(exercises: Sequence[ExerciseView]) -> First | None:
    """What others depend on comes first, then wrong answers before unwritten ones, then what costs most."""
    unfinished = {each.result.name: each for each in exercises if each.state != "full"}
    callers = {name: tuple(each.result.name for each in exercises if name in each.calls) for name in unfinished}

    def order(each: ExerciseView) -> tuple[bool, bool, bool, float]:
        return bool(each.calls & unfinished.keys()), not callers[each.result.name], each.unwritten, -each.lost

    first = min(unfinished.values(), key=order, default=None)
    return First(first, callers[first.result.name]) if first else None


def _written(question: ManualScore, around: _Around) -> WrittenView:
    return WrittenView(
        replace(question, title=clean(question.title, 200)),
        _written_state(question, around.revealed),
        around.comments.get(_cell(question), ()),
        around.corrections.get(name_of(question.name), ()),
    )


def _written_state(question: ManualScore, revealed: Revealed) -> str:
    if question.score is None:
        return "waiting"
    if not revealed.score:
        return "read"
    if question.score >= question.max_score:
        return "full"
    return "part" if question.score > 0 else "none"


def _cell(question: ManualScore) -> str:
    return written_id(name_of(question.name))


def _total(result: Result, exercises: tuple[ExerciseView, ...], written: tuple[ManualScore, ...]) -> Total | None:
    """The exercises and the graded written questions; None if no score is revealed or recorded."""
    if result.score is None:
        return None
    graded = [(each.score, each.max_score) for each in written if each.score is not None]
    changed = sum(each.given - each.result.score for each in exercises if each.given is not None)
    score = result.score + changed + sum(score for score, _ in graded)
    late = penalty(score, result.late.percent) if result.late else 0.0
    return Total(
        score=score - late,
        max_score=result.max_score + sum(most for _, most in graded),
        pending=sum(each.max_score for each in written if each.score is None),
        late=late,
    )


def _exercise(place: int, exercise: ExerciseResult, around: _Around) -> ExerciseView:
    passed = tuple(test for test in exercise.tests if test.outcome is Outcome.passed)
    codes = around.codes[place]
    state = "none" if exercise.score <= 0 < exercise.max_score else "part"
    if len(passed) == len(exercise.tests) and exercise.max_score - exercise.score < 1e-9:
        state = "full"
    return ExerciseView(
        number=place + 1,
        result=exercise,
        given=around.given.get(exercise.name),
        state=state,
        findings=findings(exercise, {test.name: code for test, code in zip(exercise.tests, codes, strict=False)}),
        form_code=codes[-1],
        passed=passed,
        comments=around.comments.get(exercise.name, ()),
        corrections=around.corrections.get(exercise.name, ()),
    )


def _as_table(value: DisplayValue) -> bool:
    """Whether the entries are few enough, and regular enough, for a table."""
    rows = value.rows
    if not rows or not rows[0] or len(rows) > MAX_SIDE or len(rows[0]) > MAX_SIDE:
        return False
    return all(len(row) == len(rows[0]) for row in rows)


def _width(value: DisplayValue) -> int:
    """About how many characters the value is wide."""
    if _as_table(value) and value.rows:
        return max(sum(len(entry) + 3 for entry in row) for row in value.rows) + 2
    return max(map(len, value.text.split("\n")))


def _is_wide(value: DisplayValue) -> bool:
    """Whether the value may be too wide for a phone, where it then scrolls in its box."""
    return _width(value) > 26


def _is_slim(value: DisplayValue) -> bool:
    """Whether two of them fit side by side on a phone."""
    return _width(value) <= 10


def _side_by_side(got: DisplayValue | None, want: DisplayValue | None) -> bool:
    """Whether both are vectors of the same length, which can be compared entry by entry in one table."""
    if got is None or want is None or not (_as_table(got) and _as_table(want)):
        return False
    return got.shape == want.shape and got.rows is not None and len(got.rows) == 1


def add_value_tests(made: Environment) -> Environment:
    """Gives templates the checks on values that parts.html.j2 needs."""
    made.tests.update(table=_as_table, wide=_is_wide, slim=_is_slim)
    made.globals.update(side_by_side=_side_by_side, draw=draw, caption=caption)
    return made


FOLDER = Path(__file__).parent / "templates"
STYLE = FOLDER / "report.css"
_ENVIRONMENT = add_value_tests(environment([FOLDER], [STYLE], max_notes=MAX_NOTES, max_frames=MAX_FRAMES))
TEMPLATES = {name: _ENVIRONMENT.get_template(name) for name in ("graded.html.j2", "not_graded.html.j2")}
