"""The executed copy: valid, harmless to look at, and scored by nbgrader's own rule as we scored it."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny_course
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import determine_grade
from tiny_course import result

from autograder.errors import CourseError
from autograder.notebooks.executed import executed_notebook
from autograder.notebooks.outputs import Cleaner, plain
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import parse
from autograder.results import Counterexample, DisplayValue, Outcome, Result, Status, TestResult
from autograder.workspace.autograded import remove_autograded, write_autograded
from autograder.workspace.submissions import Submission, load


def picture(width: int, height: int) -> str:
    """A PNG that promises so many pixels, and holds the first few of them at most."""
    head = struct.pack(">4sIIBBBBB", b"IHDR", width, height, 8, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (head, b"IDAT" + zlib.compress(bytes(min(width + 1, 1000))), b"IEND")
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()


PNG = picture(1, 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_course.build(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def expected(root: Path) -> Release:
    return tiny_course.expected(root)


def executed(root: Path, made: Result, outputs: dict[int, Any] | None = None, **shown: bool) -> nbformat.NotebookNode:
    """The executed copy of the untouched release, valid by nbformat's and by nbgrader's schema."""
    expected = tiny_course.expected(root)
    parsed = parse(tiny_course.release(root), "tiny", expected)
    notebook = nbformat.reads(executed_notebook(parsed, expected, outputs or {}, made, **shown).decode(), 4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    return notebook


def cell_of(notebook: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    (found,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    return found


@pytest.mark.parametrize("score", [0.0, 0.1, 1 / 3, 1.25, 2.0])
def test_nbgraders_own_rule_gives_the_same_score(root: Path, score: float) -> None:
    notebook = executed(root, result("ada", add=score))
    assert determine_grade(cell_of(notebook, "test_add")) == (score, 2.0)
    assert determine_grade(cell_of(notebook, "test_twice")) == (1.5, 1.5)


def test_what_a_students_check_put_out_does_not_count(root: Path) -> None:
    full = {"output_type": "execute_result", "data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
    notebook = executed(root, result("ada", add=0), {n: [full] for n in range(10)})
    assert determine_grade(cell_of(notebook, "test_add")) == (0.0, 2.0)


def test_every_grade_id_is_there_once(root: Path) -> None:
    notebook = executed(root, result("ada"))
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert ids == ["setup", "add", "test_add", "twice", "test_twice", "written_why"]


def test_the_test_cell_tells_what_passed_and_what_failed(root: Path) -> None:
    example = Counterexample(
        call="add(x)", got=DisplayValue(text="[1 2]\n[3 4]"), want=DisplayValue(text="7"), part="[0]"
    )
    tests = (
        TestResult(name="a", title="It adds.", outcome=Outcome.passed, score=1, max_score=1),
        TestResult(
            name="b",
            title="It adds\n✓ nothing.",
            outcome=Outcome.error,
            score=0,
            max_score=1,
            message="ValueError: \x1b[2Jno",
            counterexample=example,
        ),
    )
    made = with_tests(result("ada", add=1), tests)
    lines = cell_of(executed(root, made), "test_add").outputs[1].text.split("\n")
    assert lines == [
        "add: 1 of 2 points",
        "✓ It adds.",
        "✗ It adds ✓ nothing.",
        "    your code raised an exception",
        "    ValueError: no",
        "    call: add(x)",
        "    your answer[0]: [1 2]",
        "                    [3 4]",
        "    expected[0]: 7",
        "These are exactly the answers of a sum without its bias.",
        "Hint: Add it.",
        "",
    ]
    hidden = cell_of(executed(root, made, hints=False, counterexamples=False), "test_add").outputs[1].text
    assert "expected" not in hidden
    assert "Hint" not in hidden


def with_tests(made: Result, tests: tuple[TestResult, ...]) -> Result:
    raw = json.loads(made.to_json())
    raw["exercises"][0] |= {"misconception": "a sum without its bias", "hint": "Add it."}
    raw["exercises"][0]["tests"] = json.loads(json.dumps([json.loads(_encoded(test)) for test in tests]))
    return Result.from_json(json.dumps(raw).encode())


def _encoded(test: TestResult) -> bytes:
    import msgspec

    return msgspec.json.encode(test)


def test_equal_arguments_give_equal_bytes(root: Path, expected: Release) -> None:
    parsed = parse(tiny_course.release(root), "tiny", expected)
    outputs = {1: [{"output_type": "stream", "name": "stdout", "text": "hello"}]}
    first, second = (executed_notebook(parsed, expected, outputs, result("ada")) for _ in range(2))
    assert first == second


def test_a_result_without_a_score_has_no_executed_copy(root: Path, expected: Release) -> None:
    parsed = parse(tiny_course.release(root), "tiny", expected)
    with pytest.raises(ValueError, match="ungraded"):
        executed_notebook(parsed, expected, {}, result("ada", Status.ungraded))


def test_a_test_cell_without_hidden_tests_is_the_courses_fault(root: Path, expected: Release) -> None:
    parsed = parse(tiny_course.release(root), "tiny", expected)
    made = json.loads(result("ada").to_json()) | {"exercises": []}
    with pytest.raises(CourseError, match="no hidden test belongs to its cell test_add: run `autograder build`"):
        executed_notebook(parsed, expected, {}, Result.from_json(json.dumps(made).encode()))


def test_a_students_outputs_stand_at_their_cells(root: Path) -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "one\n"},
        {"output_type": "stream", "name": "stdout", "text": ["two"]},
        {"output_type": "stream", "name": "stderr", "text": "  5%\r 50%\r100%\n"},
        {"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "<Figure>"}, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mred\x1b[0m\x1b[2J", "b"]},
    ]
    made = cell_of(executed(root, result("ada"), {2: outputs}), "add").outputs
    assert [output.output_type for output in made] == ["stream", "stream", "display_data", "error"]
    assert made[0].text == "one\ntwo"
    assert made[1].text == "100%\n"
    assert made[2].data == {"image/png": PNG, "text/plain": "<Figure>"}
    assert made[3].traceback == ["\x1b[31mred\x1b[0m", "b"]


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<script>alert(1)</script>x", "x"),
        ('<p onclick="a()">x</p>', "<p>x</p>"),
        ('<img src="https://spy/x.png">', "<img>"),
        ('<img src="data:image/svg+xml;base64,AA">', "<img>"),
        (f'<img src="data:image/png;base64,{PNG}">', f'<img src="data:image/png;base64,{PNG}">'),
        (f'<img src="data:image/png;base64,{picture(60_000, 60_000)}">', "<img>"),
        ('<a href="javascript:a()">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<a href="data:text/html,x">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ("<style>body{display:none}</style><iframe src=x></iframe><table><tr><td>1", "<table><tbody><tr><td>1"),
    ],
)
def test_html_is_made_harmless(html: str, safe: str) -> None:
    (made,) = Cleaner().clean([{"output_type": "display_data", "data": {"text/html": html + " ."}, "metadata": {}}])
    assert made["data"]["text/html"].startswith(safe)


def test_only_known_kinds_of_output_survive() -> None:
    data = {
        "application/javascript": "alert(1)",
        "image/svg+xml": "<svg onload=a()>",
        "application/vnd.jupyter.widget-view+json": {},
        "image/png": "not base64",
        "image/jpeg": PNG,
        "text/markdown": "<script>x</script>**b**",
        "text/latex": ["$x$"],
    }
    (made,) = Cleaner().clean([{"output_type": "display_data", "data": data, "metadata": {"x": 1}}])
    assert made["data"] == {"text/latex": "$x$", "text/markdown": "&lt;script>x&lt;/script>**b**"}
    assert made["metadata"] == {}


def test_terminal_escapes_and_controls_are_dropped() -> None:
    assert plain("a\x1b]0;title\x07b\x1b[2Jc\x1b[31md\x08\x00\x9be\tf\n") == "abcde\tf\n"
    assert plain("\ud800") == "\ufffd"


def test_floods_are_bounded() -> None:
    cleaner = Cleaner()
    long = cleaner.clean([{"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}])
    assert len(long[0]["text"]) < 200_000
    assert "characters were left out" in long[0]["text"]
    lines = cleaner.clean([{"output_type": "stream", "name": "stdout", "text": "x\n" * 5000}])
    assert lines[0]["text"].count("\n") < 1010
    many = cleaner.clean([{"output_type": "display_data", "data": {"text/plain": str(n)}} for n in range(5000)])
    assert len(many) == 51
    assert "4950 more outputs were left out" in many[-1]["text"]
    assert Cleaner(room=10).clean([many[0]]) == [
        {"output_type": "stream", "name": "stdout", "text": "[an output was left out: too much]\n"}
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
kinds = st.sampled_from(["stream", "display_data", "execute_result", "error"])
almost = st.fixed_dictionaries(
    {"output_type": kinds | anything},
    optional={
        "name": st.sampled_from(["stdout", "stderr"]) | anything,
        "text": st.text() | anything,
        "data": st.dictionaries(st.sampled_from(["text/plain", "text/html", "image/png"]), st.text() | anything)
        | anything,
        "ename": st.text(),
        "evalue": st.text() | anything,
        "traceback": st.lists(st.text()) | anything,
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(almost | anything, max_size=4) | anything)
def test_whatever_the_process_sends_the_copy_is_valid(sent: Any) -> None:
    cell = nbformat.v4.new_code_cell("x", outputs=Cleaner().clean(sent, 1), execution_count=1)
    notebook = nbformat.from_dict(json.loads(json.dumps(nbformat.v4.new_notebook(cells=[cell]))))
    nbformat.validate(notebook)


def submission(root: Path, tmp_path: Path, **files: str) -> Submission:
    folder = tmp_path / "submitted" / "ada" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.ipynb").write_bytes(tiny_course.release(root))
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    loaded = load(tmp_path / "submitted", "tiny", "ada")
    assert isinstance(loaded, Submission)
    return loaded


def test_the_copy_lies_where_nbgrader_looks_with_what_its_feedback_needs(root: Path, tmp_path: Path) -> None:
    handed = submission(
        root, tmp_path, timestamp__txt="2030-01-31 12:00:00 UTC", submission_secret__txt="s", a__csv="1"
    )
    write_autograded(tmp_path, handed, b"{}")
    folder = tmp_path / "autograded" / "ada" / "tiny"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "tiny.ipynb": "{}",
        "timestamp.txt": "2030-01-31 12:00:00 UTC",
        "submission_secret.txt": "s",
        "a.csv": "1",
    }


def test_files_of_an_older_submission_do_not_stay(root: Path, tmp_path: Path) -> None:
    write_autograded(
        tmp_path, submission(root, tmp_path, timestamp__txt="2030-01-31 12:00:00 UTC", old__csv="1"), b"{}"
    )
    for name in ("timestamp.txt", "old.csv"):
        (tmp_path / "submitted" / "ada" / "tiny" / name).unlink()
    write_autograded(tmp_path, submission(root, tmp_path), b"{}")
    assert [path.name for path in (tmp_path / "autograded" / "ada" / "tiny").iterdir()] == ["tiny.ipynb"]
    remove_autograded(tmp_path, "tiny", "ada")
    remove_autograded(tmp_path, "tiny", "ada")
    assert not (tmp_path / "autograded" / "ada" / "tiny").exists()
