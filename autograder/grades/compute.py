"""Turns everybody's work into final grades. Pure arithmetic: reads and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.course import Assignment, Course
from autograder.course.schemes import Category
from autograder.grades.work import AssignmentWork, ClassWork, State, Work
from autograder.workspace.roster import RosterEntry

ALL = ""
"""The one category of a course without categories."""


@dataclass(frozen=True)
class CategoryTotal:
    """One category of one student: its share of what can be reached, and the assignments that were dropped."""

    share: float
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class FinalGrade:
    """One student's grade. ``exact`` is the total in percent before it is rounded; None where nothing counts yet.

    ``provisional`` when something still waits for a person, or is not due yet, so that the total may change.
    """

    student: RosterEntry
    work: Mapping[str, Work]
    categories: Mapping[str, CategoryTotal]
    exact: float | None
    total: float | None
    mark: str
    passed: bool | None
    provisional: bool

    @property
    def dropped(self) -> frozenset[str]:
        """The assignments that were dropped for this student as the lowest of their category."""
        return frozenset(name for one in self.categories.values() for name in one.dropped)

    def having(self, state: State) -> tuple[str, ...]:
        """The assignments in that state."""
        return tuple(name for name, work in self.work.items() if work.state is state)

    @property
    def waits(self) -> tuple[str, ...]:
        """What a person still has to grade: assignment and exercise."""
        by_hand = [f"{name}: {cell}" for name, work in self.work.items() for cell in work.waits]
        return (*by_hand, *self.having(State.waiting))


@dataclass(frozen=True)
class GradeTable:
    """Everybody's final grade, and notes on the whole class."""

    course: Course
    assignments: tuple[AssignmentWork, ...]
    grades: tuple[FinalGrade, ...]
    unknown: tuple[str, ...]

    @property
    def without_scores(self) -> tuple[str, ...]:
        """The assignments without any score, which count for nobody."""
        return tuple(one.name for one in self.assignments if not one.counts)


def final_grades(found: ClassWork) -> GradeTable:
    """The grades of a class by the rules of its course.yml."""
    counting = tuple(one for one in found.assignments if one.counts)
    rows = tuple(_grade(found.course, student, found.assignments, counting) for student in found.students)
    return GradeTable(found.course, found.assignments, rows, found.unknown)


def _grade(
    course: Course,
    student: RosterEntry,
    assignments: tuple[AssignmentWork, ...],
    counting: tuple[AssignmentWork, ...],
) -> FinalGrade:
    work = {one.name: one.of[student.id] for one in assignments}
    shares = {
        one.name: work[one.name].points / (work[one.name].max_score or one.max_score)
        for one in counting
        if work[one.name].counts
    }
    scheme = course.config.grades
    categories = scheme.categories or {ALL: Category(drop_lowest=scheme.drop_lowest)}
    parts: dict[str, CategoryTotal] = {}
    for name in categories:
        own = {
            key: (share, course.assignment(key))
            for key, share in shares.items()
            if name == ALL or course.assignment(key).category == name
        }
        part = category_total(own, categories[name].drop_lowest)
        if part is not None:
            parts[name] = part
    exact = weighted({name: (part.share, categories[name]) for name, part in parts.items()})
    exact = None if exact is None else 100 * exact
    total = None if exact is None else scheme.rounding.of(exact)
    passed = None if total is None or scheme.pass_from is None else total >= scheme.pass_from
    open_or_waiting = any(one.waits or not one.counts for one in work.values())
    return FinalGrade(
        student, work, parts, exact, total, "" if total is None else scheme.mark(total), passed, open_or_waiting
    )


def category_total(own: Mapping[str, tuple[float, Assignment]], drop_lowest: int) -> CategoryTotal | None:
    """The weighted mean of the shares without the lowest ones, at least one of which always counts.

    Of equal shares the later one is dropped. None where nothing that counts towards 100 percent is left.
    """
    droppable = [name for name, (_, one) in own.items() if one.weight and not one.extra_credit]
    lowest = sorted(droppable, key=lambda name: (own[name][0], -droppable.index(name)))
    dropped = tuple(lowest[: max(0, min(drop_lowest, len(droppable) - 1))])
    share = weighted({name: value for name, value in own.items() if name not in dropped})
    return None if share is None else CategoryTotal(share, dropped)


def weighted(parts: Mapping[str, tuple[float, Assignment | Category]]) -> float | None:
    """The mean by weights; what is extra credit adds to the sum, and not to what the sum is divided by.

    None where the weights of the others add up to nothing.
    """
    whole = sum(one.weight for _, one in parts.values() if not one.extra_credit)
    if not whole:
        return None
    return sum(share * one.weight for share, one in parts.values()) / whole
