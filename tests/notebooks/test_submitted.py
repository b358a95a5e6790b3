"""A submitted notebook is read and put right, or refused with a sentence; never anything else."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny_course
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from autograder.errors import CourseError, SubmissionError
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import SubmittedNotebook, parse

ALL = ["setup", "add", "test_add", "twice", "test_twice", "written_why"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_course.build(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def expected(root: Path) -> Release:
    return tiny_course.expected(root)


@pytest.fixture
def release(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(tiny_course.release(root))
    return loaded


def cell(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    (found,) = [one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id]
    return found


def parsed(notebook: dict[str, Any], expected: Release) -> SubmittedNotebook:
    """The notebook parsed; its executed copy is valid and has every mark once, whatever was done to it."""
    made = parse(json.dumps(notebook).encode(), "tiny", expected)
    copy = nbformat.from_dict(made.raw)
    nbformat.validate(copy)
    MetadataValidator().validate_nb(copy)
    assert sorted(one.grade_id for one in made.cells if one.grade_id) == sorted(ALL)
    for one, raw in zip(made.cells, made.raw["cells"], strict=True):
        assert (one.kind, one.source) == (raw["cell_type"], raw["source"])
        assert raw["metadata"].get("nbgrader", {}).get("grade_id") == one.grade_id
    return made


def source(made: SubmittedNotebook, grade_id: str) -> str:
    (found,) = [one.source for one in made.cells if one.grade_id == grade_id]
    return found


def refused(data: bytes, expected: Release) -> str:
    with pytest.raises(SubmissionError) as caught:
        parse(data, "tiny", expected, path=Path("ada/tiny.ipynb"))
    assert caught.value.path == Path("ada/tiny.ipynb")
    return caught.value.fault


def test_the_untouched_release_needs_no_repair(release: dict[str, Any], expected: Release) -> None:
    made = parsed(release, expected)
    assert made.notes == ()
    assert [one.grade_id for one in made.cells] == ["setup", None, *ALL[1:]]
    assert made.unanswered == ("add", "twice", "written_why")
    assert (expected.exercises, expected.written) == (("add", "twice"), ("written_why",))


def test_answers_stay_as_they_are(release: dict[str, Any], expected: Release) -> None:
    cell(release, "add")["source"] = ["def add(x):\n", "    return x"]
    cell(release, "written_why")["source"] = "Because."
    made = parsed(release, expected)
    assert source(made, "add") == "def add(x):\n    return x"
    assert (made.unanswered, made.notes) == (("twice",), ())


def drop(grade_id: str) -> Callable[[dict[str, Any]], None]:
    return lambda notebook: notebook["cells"].remove(cell(notebook, grade_id))


def change(grade_id: str, /, **fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda notebook: cell(notebook, grade_id).update(fields)


def remark(grade_id: str, /, **marks: Any) -> Callable[[dict[str, Any]], None]:
    return lambda notebook: cell(notebook, grade_id)["metadata"]["nbgrader"].update(marks)


def twice(notebook: dict[str, Any]) -> None:
    notebook["cells"].append(json.loads(json.dumps(cell(notebook, "test_add"))))


def without_marks(notebook: dict[str, Any]) -> None:
    for one in notebook["cells"]:
        one["metadata"] = {}


def without_marks_and_ids(notebook: dict[str, Any]) -> None:
    without_marks(notebook)
    for one in notebook["cells"]:
        one["id"] = "new"


REPAIRS = [
    (drop("test_add"), "The test cell of add was missing; it was restored."),
    (drop("setup"), "The locked cell setup was missing; it was restored."),
    (drop("add"), "The answer cell of add is missing; its function is looked for in the other cells."),
    (drop("written_why"), "The written answer why is missing; the question counts as unanswered."),
    (change("test_add", source="# pass"), "The test cell of add was changed; its released text was restored."),
    (
        change("test_add", source='check("add")\nimport math'),
        "The test cell of add was changed; its released text was restored, and what you wrote there ran in a",
    ),
    (
        change("setup", source="check = print\nimport math"),
        "The locked cell setup was changed; its released text was restored, and what you wrote there ran in a cell of",
    ),
    (change("setup", source=""), "The locked cell setup was changed; its released text was restored."),
    (change("add", cell_type="markdown"), "The answer cell of add was turned into a markdown cell; it is a code cell"),
    (
        change("written_why", cell_type="raw"),
        "The written answer why was turned into a raw cell; it is a markdown cell",
    ),
    (remark("test_add", points=100), "The test cell of add had a different value for points; it was reset."),
    (
        remark("add", solution=False, grade=[]),
        "The answer cell of add had a different value for solution; it was reset.",
    ),
    (
        remark("add", grade_id="mine"),
        "The answer cell of add had lost its metadata or had the wrong one; it was restored.",
    ),
    (
        remark("test_add", grade_id=["a"]),
        "The test cell of add had lost its metadata or had the wrong one; it was restored.",
    ),
    (twice, "The test cell of add appears 2 times; the first one counts."),
    (without_marks, "The answer cell of twice had lost its metadata or had the wrong one; it was restored."),
    (without_marks_and_ids, "The test cell of twice had lost its metadata or had the wrong one; it was restored."),
]


@pytest.mark.parametrize(("damage", "note"), REPAIRS)
def test_what_is_clear_is_put_right_and_noted(
    release: dict[str, Any], expected: Release, damage: Callable[[dict[str, Any]], None], note: str
) -> None:
    damage(release)
    made = parsed(release, expected)
    assert any(one.startswith(note) for one in made.notes), made.notes
    assert source(made, "test_add") == 'check("add")'
    assert source(made, "setup") == "check = print"


def test_a_missing_answer_is_empty_so_that_it_overwrites_no_answer(release: dict[str, Any], expected: Release) -> None:
    drop("add")(release)
    release["cells"].append({"cell_type": "raw", "metadata": {}, "source": "", "id": "z"})
    made = parsed(release, expected)
    assert source(made, "add") == ""
    assert made.unanswered == ("twice", "written_why")


def test_an_answer_in_a_new_cell_gets_the_lost_mark(release: dict[str, Any], expected: Release) -> None:
    drop("add")(release)
    own = {"cell_type": "code", "metadata": {}, "source": "import os\ndef add(x): return 1", "outputs": []}
    release["cells"].insert(3, own)
    assert source(parsed(release, expected), "add") == "import os\ndef add(x): return 1"


def test_a_split_answer_is_executed_whole(release: dict[str, Any], expected: Release) -> None:
    half = json.loads(json.dumps(cell(release, "add"))) | {"source": "more = 1", "id": "half"}
    release["cells"].insert(3, half)
    made = parsed(release, expected)
    assert [one.source for one in made.cells if "more" in one.source] == ["more = 1"]


def test_a_foreign_mark_is_dropped(release: dict[str, Any], expected: Release) -> None:
    marks = {"grade_id": "gift", "grade": True, "points": 100, "solution": False, "locked": False}
    release["cells"].append({"cell_type": "code", "metadata": {"nbgrader": marks}, "source": "", "outputs": []})
    assert parsed(release, expected).notes == ("Cell 8 was marked 'gift', which this assignment does not have.",)


def test_a_students_metadata_stays_out_and_attachments_stay_in(release: dict[str, Any], expected: Release) -> None:
    picture = {"a.png": {"image/png": "AA=="}}
    release["cells"].append(
        {
            "cell_type": "markdown",
            "metadata": {"tags": ["x"]},
            "source": "![](attachment:a.png)",
            "attachments": picture,
        }
    )
    last = parsed(release, expected).raw["cells"][-1]
    assert (last["metadata"], last["attachments"]) == ({}, picture)
    release["cells"][-1]["attachments"] = {"a.png": 3}
    assert "attachments" not in parsed(release, expected).raw["cells"][-1]


def test_code_that_the_release_folds_stays_folded_as_long_as_nobody_changes_it(release: dict[str, Any]) -> None:
    folded = {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    drawing = {"cell_type": "code", "metadata": folded, "source": "draw()", "outputs": [], "execution_count": None}
    release["cells"].append(drawing)
    expected = Release.from_release(json.dumps(release).encode(), "tiny")
    drawing["metadata"] = {"tags": ["theirs"]}
    assert parsed(release, expected).raw["cells"][-1]["metadata"] == folded
    drawing["source"] = "draw() and more"
    assert parsed(release, expected).raw["cells"][-1]["metadata"] == {}


def test_cell_ids_are_valid_and_unique(release: dict[str, Any], expected: Release) -> None:
    for number, bad in enumerate(["add", "add", "", "no spaces", "x" * 65, 3, None, "cell-9-0"]):
        release["cells"].append({"cell_type": "raw", "metadata": {}, "source": str(number), "id": bad})
    ids = [one["id"] for one in parsed(release, expected).raw["cells"]]
    assert len(set(ids)) == len(ids)
    assert "cell-9-0" in ids


GOOD = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": %s}'
ONE = b'[{"cell_type": "code", "metadata": {}, "source": "1", "outputs": %s}]'

BAD = [
    (b"", "is empty"),
    (b" \n ", "is empty"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "is a binary file"),
    (b"\x07\x03\x04\x00\xff", "is a binary file"),
    (b"PK\x03\x04\x00\xff", "is a zip file"),
    (b"\n\n<!DOCTYPE html><html>", "On GitHub use 'Download raw file'"),
    (b"%PDF-1.7", "is a PDF file"),
    (b'{"nbformat": 4,\n<<<<<<< HEAD\n "cells": []\n=======\n}', "holds git's conflict markers"),
    (b"version https://git-lfs.github.com/spec/v1\noid", "is a pointer of git LFS"),
    (b"print('hello')", "its text does not begin with a brace"),
    (b"[]", "is not a Jupyter notebook: it has no list of cells"),
    (b"{}", "is not a Jupyter notebook: it has no list of cells"),
    (b'{"nbformat": 4, "cells": [{"cell', "is truncated"),
    (b'{"nbformat": 4, "cells": "all"}', "is not a Jupyter notebook: Expected 'array', got 'str' - at 'cells'"),
    (b'{"nbformat": "four", "cells": []}', "is in notebook format 'four', which is not a number"),
    (b'{"nbformat": 9, "cells": []}', "is in notebook format 9, and only formats up to 4 can be read"),
    (b'{"nbformat": 2, "cells": 5}', "is in notebook format 2 and cannot be upgraded"),
    (b'{"nbformat": -7}', "is in notebook format -7 and cannot be upgraded"),
    (GOOD % b"[]", "has no cells"),
    (GOOD % b'[{"cell_type": "code", "source": ["a", 2]}]', "Expected 'str', got 'int' - at 'cell 1.source[1]'"),
    (GOOD % (b"[" + b",".join([b'{"cell_type": "raw"}'] * 2001) + b"]"), "has 2001 cells, more than the 2000"),
    (GOOD % (ONE % (b"[" * 100_000 + b"]" * 100_000)), "is nested far deeper than any notebook"),
    (GOOD % (ONE % b"[]"), "is not the notebook of 'tiny': it holds 0 of the 2 exercises"),
    (b"\xff\xfe\x00", "is neither UTF-8 nor UTF-16 text"),
]


@pytest.mark.parametrize(("data", "fault"), BAD, ids=range(len(BAD)))
def test_what_is_no_notebook_of_ours_is_refused(expected: Release, data: bytes, fault: str) -> None:
    assert fault in refused(data, expected)


@pytest.mark.parametrize(
    ("metadata", "language"),
    [({"kernelspec": {"language": "R", "name": "ir"}}, "R"), ({"language_info": {"name": "julia"}}, "julia")],
)
def test_another_language_is_refused_unless_python_is_in_the_cells(
    release: dict[str, Any], expected: Release, metadata: dict[str, Any], language: str
) -> None:
    labelled = release | {"metadata": metadata}
    (note,) = parsed(labelled, expected).notes
    assert note == f"The file names '{language}' as its language, but its cells hold Python and were read as such."
    for name in ("add", "twice"):
        change(name, source=f"{name} <- function(x) x")(labelled)
    data = json.dumps(labelled).encode()
    assert refused(data, expected) == f"is written in another language, '{language}', not in Python"


def test_another_assignment_is_refused_and_shows_what_it_has(release: dict[str, Any], expected: Release) -> None:
    for name in ("add", "twice"):
        change(name, source="def other(): ...", id=f"x{name}")(release)
        change(f"test_{name}", source="check('other')", id=f"y{name}")(release)
        remark(name, grade_id=f"other_{name}")(release)
        remark(f"test_{name}", grade_id=f"test_other_{name}")(release)
    assert refused(json.dumps(release).encode(), expected) == (
        "is not the notebook of 'tiny': it holds 0 of the 2 exercises; "
        "it has cells with other names, such as 'other_add', 'other_twice', 'test_other_add'"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_byte_order_marks_are_understood(root: Path, expected: Release, encoding: str) -> None:
    data = tiny_course.release(root).decode().encode(encoding)
    made = parse(data, "tiny", expected)
    assert [one.grade_id for one in made.cells if one.grade_id] == ALL


def test_lone_surrogates_are_replaced(release: dict[str, Any], expected: Release) -> None:
    change("add", source="a = '\ud800 \\ud800 😀'")(release)
    release["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "\udfff"}]
    made = parsed(release, expected)
    assert source(made, "add") == "a = '\ufffd \\ud800 😀'"
    assert made.notes == ("Characters that are not valid Unicode were replaced.",)


def test_an_old_notebook_is_upgraded(root: Path, expected: Release) -> None:
    old = nbformat.convert(nbformat.reads(tiny_course.release(root).decode(), 4), 3)
    made = parse(json.dumps(old).encode(), "tiny", expected)
    assert made.notes[0] == "The file was in the old notebook format 3 and was upgraded."
    assert [one.grade_id for one in made.cells if one.grade_id] == ALL


def test_a_bomb_of_empty_lists_takes_little_memory(release: dict[str, Any], expected: Release) -> None:
    bomb: list[Any] = [[]] * 1_000_000
    release["metadata"]["x"] = bomb
    cell(release, "add")["metadata"] |= {"x": bomb}
    cell(release, "twice")["metadata"]["nbgrader"]["x"] = bomb
    cell(release, "written_why")["attachments"] = {str(n): {} for n in range(300_000)}
    data = json.dumps(release).encode()
    tracemalloc.start()
    made = parse(data, "tiny", expected)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * len(data)
    assert [one.grade_id for one in made.cells if one.grade_id] == ALL


def test_outputs_are_not_even_looked_at(release: dict[str, Any], expected: Release) -> None:
    change("add", outputs=[{"output_type": 7, "text": ["x" * 1_000_000]}], execution_count="no")(release)
    assert cell(parsed(release, expected).raw, "add")["outputs"] == []


def test_expectations_travel_to_other_processes(expected: Release) -> None:
    assert pickle.loads(pickle.dumps(expected)) == expected


def test_a_release_that_is_no_release_is_the_courses_fault() -> None:
    with pytest.raises(CourseError, match="the release cannot be read: it is empty"):
        Release.from_release(b"", "tiny")
    with pytest.raises(CourseError, match="contains no exercise: run `autograder build`"):
        Release.from_release(GOOD % (ONE % b"[]"), "tiny")


nothing_sure = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
marks = st.fixed_dictionaries({"grade_id": st.sampled_from(ALL) | nothing_sure}, optional={"points": nothing_sure})
cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "source": st.text(max_size=20) | st.sampled_from(['check("add")', "def twice(x): ..."]),
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": marks | nothing_sure}),
    },
    optional={"id": st.sampled_from(ALL) | nothing_sure, "attachments": nothing_sure, "outputs": nothing_sure},
)


@settings(max_examples=300, deadline=None)
@given(st.lists(cells, min_size=1, max_size=12))
def test_any_cells_give_a_valid_copy_or_a_refusal(expected: Release, some: list[dict[str, Any]]) -> None:
    try:
        parsed({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": some}, expected)
    except SubmissionError as error:
        fault = error.fault
    else:
        fault = "is not the notebook of"
    assert "is not the notebook of" in fault


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damaged_bytes_are_read_or_refused(root: Path, expected: Release, data: st.DataObject) -> None:
    whole = tiny_course.release(root)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:]
    with suppress(SubmissionError):  # and nothing else
        made = parse(damaged, "tiny", expected)
        assert sorted(one.grade_id for one in made.cells if one.grade_id) == sorted(ALL)
