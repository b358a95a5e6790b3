"""What a different set of rules would change, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grades.compute import FinalGrade, GradeTable


@dataclass(frozen=True)
class Change:
    """One student's grade under the rules of course.yml, and under the other rules."""

    before: FinalGrade
    after: FinalGrade

    @property
    def points(self) -> float:
        """By how many percent the total rises."""
        return (self.after.total or 0.0) - (self.before.total or 0.0)

    @property
    def matters(self) -> bool:
        """Whether anything that is shown changes."""
        own = (self.before.total, self.before.mark, self.before.passed)
        return own != (self.after.total, self.after.mark, self.after.passed)


def changes(before: GradeTable, after: GradeTable) -> tuple[Change, ...]:
    """Those whose grade changes, who loses most first."""
    pairs = zip(before.grades, after.grades, strict=True)
    found = (Change(old, new) for old, new in pairs)
    return tuple(sorted((one for one in found if one.matters), key=lambda one: (one.points, one.before.student.id)))
