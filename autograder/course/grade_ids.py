"""nbgrader's grade_ids as this kit assigns them: `test_<exercise>` for a check, `written_<name>` for a question."""

from __future__ import annotations

TEST, WRITTEN = "test_", "written_"


def test_id(exercise: str) -> str:
    """The grade_id of the check cell that carries an exercise's points."""
    return f"{TEST}{exercise}"


def written_id(question: str) -> str:
    """The grade_id of a written question."""
    return f"{WRITTEN}{question}"


def is_test(grade_id: str | None) -> bool:
    """Whether this is a check cell."""
    return grade_id is not None and grade_id.startswith(TEST)


def is_written(grade_id: str) -> bool:
    """Whether this is a written question."""
    return grade_id.startswith(WRITTEN)


def name_of(grade_id: str) -> str:
    """The exercise or the question that a grade_id belongs to.

    >>> name_of("test_mean"), name_of("written_why"), name_of("mean")
    ('mean', 'why', 'mean')
    """
    return grade_id.removeprefix(TEST).removeprefix(WRITTEN)
