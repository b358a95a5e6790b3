"""Which of several files is the notebook: what is clear is taken with a note, and what is not is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny_course

from autograder.errors import SubmissionError
from autograder.notebooks.candidates import Chosen, choose, may_hold_one, stem_of
from autograder.notebooks.release import Release

ADD, TWICE = "def add(x):\n    return x + 1", "def twice(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_course.build(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def expected(root: Path) -> Release:
    return tiny_course.expected(root)


def solved(root: Path, **answers: str) -> bytes:
    """The release with these answers."""
    notebook: dict[str, Any] = json.loads(tiny_course.release(root))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    return json.dumps(notebook).encode()


def chosen(expected: Release, **files: bytes) -> Chosen:
    """The choice among files whose names are given without their ending."""
    return choose({f"{name}.ipynb": data for name, data in files.items()}, "tiny", expected)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("tiny.ipynb", "tiny"),
        ("a/b/Copy of tiny.ipynb", "Copy of tiny"),
        ("TINY.IPYNB", "TINY"),
        ("tiny.ipynb.txt", "tiny"),
        ("tiny.ipynb.json", "tiny"),
        ("tiny.ipynb.ipynb.download", "tiny"),
        ("._tiny.ipynb", None),
        (".ipynb", None),
        ("tiny.ipynb.zip", None),
        ("tiny.py", None),
        ("tiny.html", None),
    ],
)
def test_names_that_are_a_notebooks(name: str, stem: str | None) -> None:
    assert stem_of(name) == stem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_json_file_may_hold_a_notebook_by_what_is_in_it(root: Path, encoding: str) -> None:
    data = tiny_course.release(root).decode().encode(encoding)
    assert may_hold_one("tiny.json", data)
    assert may_hold_one("tiny.txt", data)
    assert not may_hold_one("tiny.csv", data)
    assert not may_hold_one("data.json", b'{"x": [1, 2]}')


def test_one_notebook_is_taken_whatever_it_is_called(root: Path, expected: Release) -> None:
    assert chosen(expected, tiny=solved(root)).notes == ()
    assert chosen(expected, other=solved(root)).notes == ("The notebook 'other.ipynb' was taken as tiny.ipynb.",)


def test_the_solved_one_counts_beside_an_untouched_one(root: Path, expected: Release) -> None:
    found = chosen(expected, tiny=solved(root), other=solved(root, add=ADD))
    assert found.name == "other.ipynb"
    assert found.notes == ("tiny.ipynb is as it was released; the notebook 'other.ipynb' was taken as tiny.ipynb.",)
    found = chosen(expected, tiny=solved(root, add=ADD), other=solved(root))
    assert found.name == "tiny.ipynb"
    assert found.notes == ("'other.ipynb' was passed over: it holds none.",)


def test_the_right_name_counts_among_different_answers(root: Path, expected: Release) -> None:
    found = chosen(expected, tiny=solved(root, add=ADD), other=solved(root, add="def add(x):\n    return 9"))
    assert found.name == "tiny.ipynb"
    assert found.notes == ("'other.ipynb' holds answers as well, and was passed over: 'tiny.ipynb' counts.",)


def test_a_copy_that_goes_on_from_another_counts(root: Path, expected: Release) -> None:
    found = chosen(expected, tiny=solved(root, add=ADD), other=solved(root, add=ADD, twice=TWICE))
    assert found.name == "other.ipynb"
    assert found.notes[0] == "The notebook 'other.ipynb' was taken as tiny.ipynb."
    assert "'tiny.ipynb' holds answers as well, and was passed over" in found.notes[1]


def test_a_damaged_one_gives_way_to_a_whole_one_and_is_named(root: Path, expected: Release) -> None:
    found = chosen(expected, tiny=b'{"cells": [', copy=solved(root, add=ADD))
    assert found.name == "copy.ipynb"
    assert "'tiny.ipynb' was passed over: it is truncated" in found.notes[1]


def test_two_of_other_names_that_differ_are_both_named(root: Path, expected: Release) -> None:
    with pytest.raises(SubmissionError) as refused:
        chosen(expected, b=solved(root, add=ADD), a=solved(root, add="def add(x):\n    return 9"))
    assert refused.value.fault == (
        "is missing, and it is not clear which notebook counts: 'a.ipynb', 'b.ipynb'. Hand in one, named tiny.ipynb"
    )


def test_equal_copies_are_as_good_as_one(root: Path, expected: Release) -> None:
    found = chosen(expected, b=solved(root, add=ADD), a=solved(root, add=ADD))
    assert found.name == "a.ipynb"
    assert found.notes[1] == "'b.ipynb' was passed over: it holds the same answers."


def test_without_a_release_only_names_can_tell(root: Path) -> None:
    files = {"tiny-1.ipynb": b"{}", "notes.ipynb": b"{}"}
    assert choose(files, "tiny", None).name == "tiny-1.ipynb"
    with pytest.raises(SubmissionError, match="it is not clear"):
        choose({"a.ipynb": b"{}", "b.ipynb": b"{}"}, "tiny", None)
