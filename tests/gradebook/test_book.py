"""The gradebook that this kit writes is the one that nbgrader would have written."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sqlalchemy as sa
import tiny_course
from msgspec.structs import replace
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from nbgrader.utils import determine_grade
from tiny_course import result, url

from autograder.errors import GradebookError
from autograder.gradebook.book import Book
from autograder.gradebook.connection import refuse_foreign_gradebook
from autograder.notebooks.executed import executed_notebook
from autograder.notebooks.submitted import parse
from autograder.results import Result, Signature, Status
from autograder.workspace.autograded import write_autograded
from autograder.workspace.proofs import gradebook_entry
from autograder.workspace.submissions import Submission, load

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that nbgrader built, made once."""
    return tiny_course.build(tmp_path_factory.mktemp("built"))


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A fresh copy of it."""
    return Path(shutil.copytree(built, tmp_path / "course"))


def record(root: Path, *results: Result, **more: Mapping[str, Any]) -> None:
    with Book(url(root), tiny_course.COURSE) as book:
        book.record([signed(root, result, **more) for result in results])


def signed(root: Path, result: Result, **more: Mapping[str, Any]) -> Result:
    """The result with the entry that the kit makes of it; ``more`` has parts of it by student."""
    of_student = {what: values[result.student] for what, values in more.items() if result.student in values}
    hints = of_student.get("comments", {})
    exercises = tuple(replace(exercise, hint=hints.get(exercise.name)) for exercise in result.exercises)
    result = replace(result, exercises=exercises, unanswered=of_student.get("unanswered", ()))
    handed_in = of_student.get("timestamps")
    entry = gradebook_entry(result, tiny_course.expected(root), hints=True, handed_in=handed_in)
    return replace(result, proof=Signature(key="", notebook="", recorded=entry))


def with_nbgrader(root: Path, action: Callable[[Gradebook], Any]) -> Any:
    with Gradebook(url(root), tiny_course.COURSE) as gradebook:
        return action(gradebook)


def rows(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row about submissions, with names in place of the random ids, in a fixed order."""
    with sqlite3.connect(root / "gradebook.db") as database:
        names = dict(database.execute("select id, name from base_cell"))
        names |= dict(database.execute("select id, name from notebook"))
        names |= dict(database.execute("select id, name from assignment"))
        names |= dict(database.execute("select id, student_id from submitted_assignment"))
        names |= {id_: names[of] for id_, of in database.execute("select id, assignment_id from submitted_notebook")}
        tables = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
        return {table: sorted(_named(database, table, names), key=repr) for table in tables}


def _named(database: sqlite3.Connection, table: str, names: dict[str, str]) -> list[tuple[Any, ...]]:
    cursor = database.execute(f"select * from {table}")
    kept = [n for n, column in enumerate(cursor.description) if column[0] != "id" or table == "student"]
    return [tuple(names.get(row[n], row[n]) for n in kept) for row in cursor]


def as_nbgrader_records(gradebook: Gradebook, root: Path, student: str, scores: dict[str, str], when: datetime) -> None:
    """What nbgrader's SaveAutoGrades does with the cells of an executed release."""
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission("tiny", student, timestamp=when)
    for cell in nbformat.reads(tiny_course.release(root), 4).cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            if cell.cell_type == "code":
                text = scores[marks.grade_id]
                cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": text})]
            grade = gradebook.find_grade(marks.grade_id, "tiny", "tiny", student)
            grade.auto_score, _ = determine_grade(cell)
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        if marks.get("solution"):
            gradebook.find_comment(marks.grade_id, "tiny", "tiny", student).auto_comment = "No response."
    gradebook.db.commit()


def test_the_rows_are_those_that_nbgrader_writes(root: Path, built: Path, tmp_path: Path) -> None:
    ours, theirs = root, Path(shutil.copytree(built, tmp_path / "theirs"))
    untouched = {"ada": ("add", "twice", "written_why")}
    record(ours, result("ada", add=0.5), timestamps={"ada": NOON}, unanswered=untouched)
    scores = {"test_add": "0.5", "test_twice": "1.5"}
    with_nbgrader(theirs, lambda book: as_nbgrader_records(book, theirs, "ada", scores, NOON))
    assert rows(ours) == rows(theirs)
    assert len(rows(ours)["grade"]) == len(rows(ours)["comment"]) == 3


def test_the_second_time_it_updates_as_nbgrader_does(root: Path, built: Path, tmp_path: Path) -> None:
    theirs = Path(shutil.copytree(built, tmp_path / "theirs"))
    untouched = {"ada": ("add", "twice", "written_why")}

    def teacher(book: Gradebook) -> None:
        grade = book.find_grade("test_add", "tiny", "tiny", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.0, 0.5, False
        book.find_comment("add", "tiny", "tiny", "ada").manual_comment = "see me"
        book.db.commit()

    record(root, result("ada", add=0.5), timestamps={"ada": NOON}, unanswered=untouched)
    with_nbgrader(root, teacher)
    record(root, result("ada", add=0, twice=0), timestamps={"ada": NOON}, unanswered=untouched)
    for scores in ({"test_add": "0.5", "test_twice": "1.5"}, {"test_add": "0", "test_twice": "0"}):
        with_nbgrader(theirs, lambda book, s=scores: as_nbgrader_records(book, theirs, "ada", s, NOON))
        if scores["test_add"] == "0.5":
            with_nbgrader(theirs, teacher)
    assert rows(root) == rows(theirs)


def test_a_teachers_entries_are_read_back(root: Path) -> None:
    record(root, result("ada"))

    def teacher(book: Gradebook) -> None:
        grade = book.find_grade("written_why", "tiny", "tiny", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
        book.find_comment("written_why", "tiny", "tiny", "ada").manual_comment = "good"
        book.db.commit()

    with_nbgrader(root, teacher)
    with Book(url(root), tiny_course.COURSE) as book:
        mark = book.marks("tiny")["ada"]["written_why"]
        assert (mark.auto, mark.manual, mark.score, mark.max_score) == (None, 1.5, 1.75, 2.0)
        assert not mark.needs_manual_grade
        assert book.comments("tiny") == {"ada": (("written_why", "good"),)}
        assert book.recorded("tiny")["ada"] == {"test_add": 2.0, "test_twice": 1.5, "written_why": None}
        assert book.students() == ("ada",)


def test_nbgrader_exports_the_same_scores(root: Path) -> None:
    late = datetime.fromisoformat("2030-01-31T14:30:00+02:00")
    record(root, result("ada"), result("bob", add=0.5, twice=0), timestamps={"ada": late})
    target = root / "grades.csv"
    with Gradebook(url(root), tiny_course.COURSE) as gradebook:
        plugin = CsvExportPlugin()
        plugin.to = str(target)
        plugin.export(gradebook)
    with target.open() as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    assert {who: float(line["score"]) for who, line in lines.items()} == {"ada": 3.5, "bob": 0.5}
    assert (lines["ada"]["max_score"], lines["ada"]["timestamp"]) == ("5.5", "2030-01-31 12:30:00")


def test_formgrader_and_nbgraders_feedback_read_what_was_written(root: Path) -> None:
    folder = root / "submitted" / "ada" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_bytes(tiny_course.release(root))
    (folder / "timestamp.txt").write_text("2030-01-31 12:00:00.5 UTC")
    submission = load(root / "submitted", "tiny", "ada")
    assert isinstance(submission, Submission)
    expected = tiny_course.expected(root)
    parsed, made = parse(submission.notebook, "tiny", expected), result("ada", add=0.5)
    write_autograded(root, submission, executed_notebook(parsed, expected, {}, made))
    record(root, made, timestamps={"ada": submission.timestamp}, comments={"ada": {"add": "no bias"}})

    course = CourseDirectory(config=tiny_course.config(root))
    with chdir(root):
        api = NbGraderAPI(course)
        assert api.get_autograded_students("tiny") == {"ada"}
        course.assignment_id = "tiny"
        GenerateFeedback(coursedir=course, config=tiny_course.config(root)).start()
    html = (root / "feedback" / "ada" / "tiny" / "tiny.html").read_text()
    assert "(Score: 2.0 / 5.5)" in html
    assert "no bias" in html
    assert "add: 0.5 of 2 points" in html


def test_a_written_answer_waits_for_a_teacher_and_an_untouched_one_gets_nothing(root: Path) -> None:
    record(root, result("ada"), result("bob"), unanswered={"bob": ("written_why",)})
    with Book(url(root), tiny_course.COURSE) as book:
        marks = book.marks("tiny")
    assert (marks["ada"]["written_why"].auto, marks["ada"]["written_why"].needs_manual_grade) == (None, True)
    assert (marks["bob"]["written_why"].auto, marks["bob"]["written_why"].needs_manual_grade) == (0.0, False)


def test_the_misconception_becomes_the_comment_on_the_answer(root: Path) -> None:
    record(root, result("ada", add=0), comments={"ada": {"add": "a sum without its bias"}})
    comment = with_nbgrader(root, lambda book: book.find_comment("add", "tiny", "tiny", "ada").comment)
    assert comment == "a sum without its bias"
    record(root, result("ada"))
    assert with_nbgrader(root, lambda book: book.find_comment("add", "tiny", "tiny", "ada").comment) is None


@pytest.mark.parametrize("status", [Status.ungraded, Status.not_gradable])
def test_a_result_without_a_score_takes_the_old_one_back_and_writes_none(root: Path, status: Status) -> None:
    record(root, result("ada"), timestamps={"ada": NOON})
    record(root, result("ada", status), result("bob", status), timestamps={})
    with Book(url(root), tiny_course.COURSE) as book:
        marks = book.marks("tiny")
        assert book.students() == ("ada",)
        assert book.timestamps("tiny") == {"ada": None}
    assert {mark.auto for mark in marks["ada"].values()} == {None}
    assert all(mark.needs_manual_grade for mark in marks["ada"].values())


def test_a_batch_is_written_whole_or_not_at_all(root: Path) -> None:
    other = result("bob")
    wrong = other.exercises[0].__class__(name="add", title="", score=3, max_score=3)
    bad = type(other)(**{**{f: getattr(other, f) for f in other.__struct_fields__}, "exercises": (wrong,)})
    with pytest.raises(GradebookError, match=r"gives add 2 points, the hidden tests 3: run `autograder build`"):
        record(root, result("ada"), bad)
    with Book(url(root), tiny_course.COURSE) as book:
        assert book.students() == ()


def test_a_gradebook_of_another_course_is_refused(root: Path) -> None:
    before = rows(root)
    with pytest.raises(GradebookError, match="belongs to another course: 'tinycourse', not 'ours'") as caught:
        Book(url(root), "ours")
    assert caught.value.url == url(root)
    with pytest.raises(GradebookError, match="another course"):
        refuse_foreign_gradebook(url(root), "ours")
    refuse_foreign_gradebook(url(root), tiny_course.COURSE)
    assert rows(root) == before


def test_an_assignment_of_another_course_in_the_same_database_is_refused(root: Path) -> None:
    with Gradebook(url(root), "ours") as gradebook:
        gradebook.add_assignment("other")
    with Book(url(root), "ours") as book, pytest.raises(GradebookError, match="of the course 'tinycourse', not 'ours'"):
        book.record([signed(root, result("ada"))])


def test_an_assignment_that_is_not_built_says_how_to_build_it(root: Path) -> None:
    stranger = type(result("ada"))(
        assignment="network", student="ada", status=Status.graded, score=0, max_score=0, submission_sha256="", seed=1
    )
    with pytest.raises(GradebookError, match="does not know the assignment 'network': run `autograder build`"):
        record(root, stranger)


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    refuse_foreign_gradebook(f"sqlite:///{path}", "ours")
    with pytest.raises(GradebookError, match="there is no such file: run `autograder build`"):
        Book(f"sqlite:///{path}", "ours")
    assert not path.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "contains no gradebook yet"), (b"not a database at all, but long enough" * 99, "is not a gradebook")],
)
def test_a_file_that_is_no_gradebook_is_explained(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "gradebook.db"
    path.write_bytes(content)
    with pytest.raises(GradebookError, match=message):
        Book(f"sqlite:///{path}", "ours")
    assert path.read_bytes() == content


@pytest.mark.parametrize("bad", ["no url", "nosuchdialect://host/db", "postgresql+psycopg://u:secret@127.0.0.1:1/db"])
def test_an_unreachable_database_is_explained_without_its_password(bad: str) -> None:
    with pytest.raises(GradebookError, match=r"cannot be used|does not answer") as caught:
        Book(bad, "ours")
    assert "secret" not in str(caught.value)


def test_a_locked_database_is_explained(root: Path) -> None:
    with sqlite3.connect(root / "gradebook.db") as other:
        other.execute("begin exclusive")
        with pytest.raises(GradebookError, match="is locked by another program"):
            Book(url(root) + "?timeout=0.1", tiny_course.COURSE)


def test_many_students_are_read_in_one_query(root: Path) -> None:
    record(root, *(result(f"s{n}") for n in range(30)))
    with Book(url(root), tiny_course.COURSE) as book:
        book.recorded("tiny")
        seen: list[str] = []
        sa.event.listen(book._engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        assert len(book.recorded("tiny")) == 30
    assert len(seen) == 1


def test_two_hundred_students_take_few_milliseconds_each(root: Path) -> None:
    with Book(url(root), tiny_course.COURSE) as book:
        results = [signed(root, result(f"s{n}")) for n in range(200)]
        start = time.perf_counter()
        book.record(results)
        seconds = time.perf_counter() - start
    assert len(rows(root)["grade"]) == 600
    assert seconds / 200 < 0.012


def test_a_linked_database_is_refused(root: Path, tmp_path: Path) -> None:
    database = root / "gradebook.db"
    database.rename(tmp_path / "elsewhere.db")
    database.symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(GradebookError, match="is a symbolic link: put the path of the file itself"):
        Book(url(root), tiny_course.COURSE)
    with pytest.raises(GradebookError, match="is a symbolic link"):
        refuse_foreign_gradebook(url(root), tiny_course.COURSE)
