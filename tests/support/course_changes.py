"""What authors and teachers do to the small course after it was built: exercises change, scores are entered by hand."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from small_course import NAME

from autograder.course import Course
from autograder.gradebook.book import Book
from autograder.gradebook.tables import COMMENT, GRADE

MEAN_CELL = "## Exercise 2\n\n```{code-cell} ipython3\n:tags: [exercise]\nfrom solutions.toy import mean\n```\n"


def paths(course: Course) -> dict[str, Path]:
    """The author's files by a short name."""
    return {
        "author": course.source_path(NAME),
        "reference": course.reference_path(NAME),
        "mistakes": course.mistakes_path(NAME),
        "hidden": course.hidden_path(NAME),
        "config": course.root / "course.yml",
    }


def edit(course: Course, *places: str, old: str, new: str) -> None:
    """Changes a word in the author's files."""
    for place in places:
        path = paths(course)[place]
        assert old in path.read_text(), (place, old)
        path.write_text(path.read_text().replace(old, new))


def without_mean(course: Course) -> None:
    """The author's files without the exercise `mean`."""
    edit(course, "author", old=MEAN_CELL, new="")
    for place, mark in (
        ("reference", "\n\ndef mean("),
        ("mistakes", '\n\n@mistake("mean"'),
        ("hidden", '\n\n@points("mean"'),
    ):
        path = paths(course)[place]
        path.write_text(path.read_text().partition(mark)[0] + "\n")


def called(course: Course, old: str, new: str) -> None:
    """The author's files with an exercise under another name."""
    edit(course, "author", old=f"import {old}\n", new=f"import {new}\n")
    edit(course, "reference", old=f"def {old}(", new=f"def {new}(")
    edit(course, "reference", old=f">>> {old}(", new=f">>> {new}(")
    edit(course, "mistakes", old=f'mistake("{old}"', new=f'mistake("{new}"')
    edit(course, "hidden", old=f'points("{old}"', new=f'points("{new}"')
    edit(course, "hidden", old=f"agree.{old}(", new=f"agree.{new}(")
    for place in ("student", "reference"):
        path = paths(course)["hidden"]
        path.write_text(path.read_text().replace(f"{place}.{old}", f"{place}.{new}"))


def with_triple(course: Course) -> None:
    """The author's files with a third exercise, `triple`, of one point."""
    last = '+++ {"tags": ["written"]'
    cell = "## Exercise 3\n\n```{code-cell} ipython3\n:tags: [exercise]\nfrom solutions.toy import triple\n```\n\n"
    edit(course, "author", old=last, new=cell + last)
    added = {
        "reference": (
            "\n\ndef triple(x: np.ndarray) -> np.ndarray:\n"
            '    """Multiply every entry by three.\n\n    Examples\n    --------\n'
            '    >>> triple(np.array([1.0, 3.0]))\n    array([3., 9.])\n    """\n    return x * 3.0\n'
        ),
        "mistakes": (
            '\n\n@mistake("triple", hint="Three times?")\n'
            'def cubes(x):\n    """a function that cubes"""\n    return x**3.0\n'
        ),
        "hidden": (
            '\n\n@points("triple", 1.0)\ndef test_triple_of_many(agree, draw):\n'
            '    """Every entry is tripled."""\n    agree.triple(draw(4, low=3.0, high=9.0))\n'
        ),
    }
    for place, text in added.items():
        path = paths(course)[place]
        path.write_text(path.read_text() + text)


def by_hand(course: Course, student: str, cell: str, score: float, comment: str = "") -> None:
    """What a teacher enters in formgrader."""
    with Book(course.gradebook, course.course_id) as book, book._engine.begin() as connection:
        entered = {"manual_score": score, "needs_manual_grade": False}
        for table, values in ((GRADE, entered), (COMMENT, {"manual_comment": comment or None})):
            query = sa.text(
                f"SELECT t.id FROM {table.name} t JOIN base_cell b ON b.id = t.cell_id "
                "JOIN submitted_notebook n ON n.id = t.notebook_id "
                "JOIN submitted_assignment s ON s.id = n.assignment_id WHERE b.name = :cell AND s.student_id = :who"
            )
            name = cell if table is GRADE else cell.removeprefix("test_")
            for row in connection.execute(query, {"cell": name, "who": student}):
                connection.execute(table.update().where(table.c.id == row.id).values(values))


def spoil(course: Course, student: str, cell: str, score: float) -> None:
    """What nobody should do: another automatic score in the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook, course.course_id) as gradebook:
        gradebook.find_grade(cell, NAME, NAME, student).auto_score = score
        gradebook.db.commit()


def everything(course: Course) -> dict[str, bytes]:
    """All files of the workspace that a build may write, and the gradebook's contents."""
    folders = (course.source_dir(NAME), course.release_dir(NAME), course.workspace / "releases")
    files = {str(path): path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}
    with Book(course.gradebook, course.course_id) as book:
        known = (book.marks(NAME), book.comments(NAME), book.points(NAME), book.rows(NAME))
    return files | {"gradebook": repr(known).encode()}
