"""Seconds for the final grades of a large class: `python -m bench.grades [STUDENTS]`. Nothing is graded for it.

The results are made up, and kept as `autograder grade` keeps them: signed, logged, and in the gradebook.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course
from autograder.course.deadlines import timestamp_text
from autograder.course.grade_ids import test_id
from autograder.gradebook.book import Book
from autograder.grades.write import grade_table, write
from autograder.results import ExerciseResult, Result, Status
from autograder.workspace.context import AssignmentContext, read_context
from autograder.workspace.proofs import ResultProofs
from bench.masses import build_all

HANDED_IN = datetime(2026, 10, 16, 12, 0, tzinfo=UTC)


def made_up(context: AssignmentContext, students: int, rng: random.Random) -> Iterator[Result]:
    """A result for each student, with points drawn at random."""
    for number in range(students):
        exercises = tuple(
            ExerciseResult(name=name, title=name, score=rng.choice((0.0, most / 2, most)), max_score=most)
            for name in context.release.exercises
            for most in (context.release.cells[test_id(name)].points,)
        )
        yield Result(
            assignment=context.name,
            student=f"student-{number:04d}",
            status=Status.graded,
            score=sum(each.score for each in exercises),
            max_score=context.release.max_score,
            submission_sha256="0" * 64,
            seed=0,
            exercises=exercises,
        )


def keep(course: Course, students: int) -> None:
    """Keeps made-up results of all assignments."""
    rng = random.Random(2026)
    for name in course.assignments:
        context = read_context(course, name)
        proofs = ResultProofs(context)
        with Book(course.gradebook, course.course_id) as book, proofs.run(()):
            signed = [proofs.sign(result, "", HANDED_IN) for result in made_up(context, students, rng)]
            for result in signed:
                proofs.log(result)
                folder = course.submitted_dir / result.student / name
                folder.mkdir(parents=True)
                (folder / "timestamp.txt").write_bytes(timestamp_text(HANDED_IN))
            book.record(signed)


def main(students: int) -> None:
    """Measures reading and computing, and writing all three files."""
    with tempfile.TemporaryDirectory() as folder:
        course = build_all(Path(folder) / "workspace", lambda text: print(text, file=sys.stderr))
        keep(course, students)
        start = time.perf_counter()
        table = grade_table(course)
        computed = time.perf_counter()
        write(table, None, exercises=True)
        written = time.perf_counter()
        text = (
            f"{students} students, {len(course.assignments)} assignments: {computed - start:.2f} s to read and compute"
        )
        print(f"{text}, {written - computed:.2f} s to write HTML, CSV and XLSX with every exercise")
        assert not any(work.disagrees for grade in table.grades for work in grade.work.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
