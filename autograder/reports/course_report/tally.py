"""From the results of all assignments to what the course's page says: progress, who slips away, what stays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from autograder.reports.course_report.reliability import ItemCurve, Reliability, item_curve, reliability
from autograder.results import Result, Status

DROP = 0.25
"""A student whose last two shares are this far below the mean of the earlier ones is slipping."""

PREDICATE = re.compile(r"^(?:an? |the )?[\w-]+(?: [\w-]+)?? (?=(?:that|whose|without|with|which)\b)")
"""What a misconception is about: 'a layer' in 'a layer that never applies its activation'. The rest can come back."""


@dataclass(frozen=True)
class AssignmentResults:
    """An assignment's results, in brief, and whether it is due."""

    name: str
    title: str
    due: bool
    results: tuple[Result, ...]


@dataclass(frozen=True)
class ItemOfCourse:
    """One exercise with its curve."""

    name: str
    title: str
    share: float
    curve: ItemCurve | None


@dataclass(frozen=True)
class Progress:
    """One assignment over the class; shares are of its points."""

    name: str
    title: str
    due: bool
    handed_in: int
    graded: int
    mean: float | None
    median: float | None
    reliability: Reliability | None
    items: tuple[ItemOfCourse, ...]


@dataclass(frozen=True)
class Slipping:
    """A student who is slipping away, and why."""

    student: str
    why: str
    weight: float


@dataclass(frozen=True)
class Persistent:
    """A misconception that comes back: what is said of it, where, and how many have it in more than one notebook."""

    text: str
    assignments: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class CourseTally:
    """What the page shows."""

    students: int
    progress: tuple[Progress, ...]
    reliability: Reliability | None
    slipping: tuple[Slipping, ...]
    persistent: tuple[Persistent, ...]


def tally(found: Sequence[AssignmentResults], students: Iterable[str] = ()) -> CourseTally:
    """Counts everything once. ``students`` are those of the roster; without one, all who ever handed in."""
    everybody = sorted({*students, *(result.student for one in found for result in one.results)})
    begun = [one for one in found if any(_share(result) is not None for result in one.results)]
    shares = {one.name: {r.student: s for r in one.results if (s := _share(r)) is not None} for one in begun}
    complete = [[shares[one.name][who] for one in begun] for who in everybody if all(who in s for s in shares.values())]
    return CourseTally(
        students=len(everybody),
        progress=tuple(_progress(one, shares.get(one.name, {})) for one in found),
        reliability=reliability([[100 * share / len(begun) for share in row] for row in complete]),
        slipping=tuple(_slipping([one for one in begun if one.due], everybody, shares)),
        persistent=_persistent(begun),
    )


def _share(result: Result) -> float | None:
    if result.status is not Status.graded or result.score is None or not result.max_score:
        return None
    return result.score / result.max_score


def _progress(one: AssignmentResults, shares: dict[str, float]) -> Progress:
    graded = [result for result in one.results if result.student in shares]
    names = [exercise.name for exercise in graded[0].exercises] if graded else []
    same = [result for result in graded if [exercise.name for exercise in result.exercises] == names]
    points = [[exercise.score for exercise in result.exercises] for result in same]
    parts = [[e.score / e.max_score if e.max_score else 1.0 for e in result.exercises] for result in same]
    items = tuple(
        ItemOfCourse(exercise.name, exercise.title, fmean([row[nth] for row in parts]), item_curve(parts, nth))
        for nth, exercise in enumerate(graded[0].exercises if graded else ())
    )
    values = list(shares.values())
    return Progress(
        one.name,
        one.title,
        one.due,
        len(one.results),
        len(graded),
        fmean(values) if values else None,
        median(values) if values else None,
        reliability(points),
        items,
    )


def _slipping(
    due: Sequence[AssignmentResults], students: Sequence[str], shares: dict[str, dict[str, float]]
) -> Iterable[Slipping]:
    """Who stopped handing in, longest first, then whose scores fall, most first."""
    handed_in = [{result.student for result in one.results} for one in due]
    found = []
    for student in students:
        there = [student in one for one in handed_in]
        silent = next((nth for nth, here in enumerate(reversed(there)) if here), len(there))
        own = [shares[one.name][student] for one in due if student in shares[one.name]]
        if silent and due:
            last = f"nothing since {due[-1 - silent].title}" if silent < len(due) else "nothing so far"
            found.append(Slipping(student, last, 1.0 + silent))
        elif len(own) >= 4 and fmean(own[:-2]) - fmean(own[-2:]) >= DROP:
            fall = fmean(own[:-2]) - fmean(own[-2:])
            text = f"{100 * fmean(own[-2:]):.0f} % in the last two, {100 * fmean(own[:-2]):.0f} % before"
            found.append(Slipping(student, text, fall))
    return sorted(found, key=lambda one: (-one.weight, one.student))


def _persistent(found: Sequence[AssignmentResults]) -> tuple[Persistent, ...]:
    where: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in found:
        for result in one.results:
            for exercise in result.exercises:
                if exercise.misconception:
                    where[PREDICATE.sub("", exercise.misconception)][one.title].add(result.student)
    made = []
    for text, by in where.items():
        again = sorted({who for own in by.values() for who in own if sum(who in each for each in by.values()) > 1})
        if again:
            made.append(Persistent(text, tuple(by), tuple(again)))
    return tuple(sorted(made, key=lambda one: (-len(one.students), one.text)))
