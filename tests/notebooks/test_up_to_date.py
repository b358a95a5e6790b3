"""A text that an earlier release had is nobody's change, and what a student wrote is left alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_course

from autograder.notebooks.earlier import Earlier
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import SubmittedNotebook, parse
from autograder.notebooks.up_to_date import with_release

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    """The first release, as JSON."""
    made: Raw = json.loads(tiny_course.release(tiny_course.build(tmp_path_factory.mktemp("course"))))
    return made


def cell(notebook: Raw, grade_id: str) -> Raw:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def changed(notebook: Raw, change: Callable[[Raw], object]) -> Raw:
    made = copy.deepcopy(notebook)
    change(made)
    return made


def expected(*releases: Raw, **renamed: str) -> Release:
    """What the last of these releases expects, with all that the earlier ones had."""
    earlier = Earlier()
    for release in releases:
        made = Release.from_release(json.dumps(release).encode(), "tiny")
        earlier = with_release(earlier, made, renamed if release is releases[-1] else None)
    return replace(made, earlier=earlier)


def parsed(notebook: Raw, against: Release) -> SubmittedNotebook:
    return parse(json.dumps(notebook).encode(), "tiny", against)


def source(found: SubmittedNotebook, grade_id: str) -> str:
    return next(c.source for c in found.cells if c.grade_id == grade_id)


def text(grade_id: str, new: str) -> Callable[[Raw], object]:
    return lambda notebook: cell(notebook, grade_id).update(source=new)


def marked(grade_id: str, **marks: Any) -> Callable[[Raw], object]:
    return lambda notebook: cell(notebook, grade_id)["metadata"]["nbgrader"].update(marks)


def dropped(*grade_ids: str) -> Callable[[Raw], object]:
    def drop(notebook: Raw) -> None:
        notebook["cells"] = [
            c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in grade_ids
        ]

    return drop


CORRECTIONS = {
    "locked text": text("setup", "check = print  # corrected"),
    "a check": text("test_add", 'check("add")  # corrected'),
    "a stub": text("add", "def add(x):\n    # corrected\n    raise NotImplementedError()"),
    "a placeholder": text("written_why", "Please answer in two sentences."),
    "points": marked("test_add", points=3.0),
    "what is locked": marked("setup", locked=True, solution=False),
    "a retired exercise": dropped("add", "test_add"),
    "a retired question": dropped("written_why"),
}


@pytest.mark.parametrize("what", CORRECTIONS)
def test_an_untouched_notebook_of_an_earlier_release_is_blamed_for_nothing(first: Raw, what: str) -> None:
    second = changed(first, CORRECTIONS[what])
    found = parsed(first, expected(first, second))
    assert found.notes == ()
    newest = parsed(second, expected(first, second))
    assert set(found.unanswered) == set(newest.unanswered)
    assert {c.grade_id: c.source for c in found.cells if c.grade_id} == {
        c.grade_id: c.source for c in newest.cells if c.grade_id
    }


@pytest.mark.parametrize("what", CORRECTIONS)
def test_without_the_memory_of_releases_it_would_be(first: Raw, what: str) -> None:
    second = changed(first, CORRECTIONS[what])
    if what in ("a stub", "a placeholder"):
        assert parsed(first, expected(second)).unanswered != parsed(second, expected(second)).unanswered
    elif what != "what is locked":
        assert parsed(first, expected(second)).notes != ()


def test_a_third_release_forgives_both_earlier_ones(first: Raw) -> None:
    second = changed(first, text("setup", "check = print  # second"))
    third = changed(first, text("setup", "check = print  # third"))
    for handed_in in (first, second, third):
        found = parsed(handed_in, expected(first, second, third))
        assert (found.notes, source(found, "setup")) == ((), "check = print  # third")


def test_what_a_student_changed_is_still_told_and_set_back(first: Raw) -> None:
    second = changed(first, text("setup", "check = print  # corrected"))
    found = parsed(changed(first, text("setup", "check = len")), expected(first, second))
    assert found.notes == (
        "The locked cell setup was changed; its released text was restored, "
        "and what you wrote there ran in a cell of its own above it.",
    )
    assert source(found, "setup") == "check = print  # corrected"


def test_an_answer_is_kept_whatever_the_stub_became(first: Raw) -> None:
    second = changed(first, CORRECTIONS["a stub"])
    answer = "def add(x):\n    return x + 1"
    found = parsed(changed(first, text("add", answer)), expected(first, second))
    assert (found.notes, source(found, "add")) == ((), answer)
    assert "add" not in found.unanswered


def test_more_points_than_any_release_gave_are_told(first: Raw) -> None:
    second = changed(first, CORRECTIONS["points"])
    found = parsed(changed(first, marked("test_add", points=99.0)), expected(first, second))
    assert found.notes == ("The test cell of add had a different value for points; it was reset.",)


def test_an_earlier_text_without_its_mark_is_recognised(first: Raw) -> None:
    second = changed(first, text("setup", "check = print  # corrected"))
    bare = changed(first, lambda notebook: cell(notebook, "setup").update(metadata={}, id="other"))
    found = parsed(bare, expected(first, second))
    assert source(found, "setup") == "check = print  # corrected"
    assert "was changed" not in "".join(found.notes)


def test_an_exercise_that_came_later_is_named_once_and_not_put_down_to_the_student(first: Raw) -> None:
    before = changed(first, dropped("twice", "test_twice"))
    found = parsed(before, expected(before, first))
    assert found.notes == ("This notebook is from an earlier release, which did not have twice.",)
    assert [c.grade_id for c in found.cells if c.grade_id] == list(expected(first).cells)


def test_a_cell_that_every_release_had_and_the_student_deleted_is_told(first: Raw) -> None:
    before = changed(first, dropped("twice", "test_twice"))
    found = parsed(changed(first, dropped("test_add")), expected(before, first))
    assert found.notes == ("The test cell of add was missing; it was restored.",)


def renamed_add(first: Raw) -> Raw:
    """The release after `add` became `plus`."""

    def rename(notebook: Raw) -> None:
        for old, new in (("add", "plus"), ("test_add", "test_plus")):
            found = cell(notebook, old)
            found["source"] = "".join(found["source"]).replace("add", "plus")
            found["metadata"]["nbgrader"]["grade_id"] = new

    return changed(first, rename)


NAMES = {"add": "plus", "test_add": "test_plus"}


def test_an_answer_under_an_old_name_has_the_new_one_too(first: Raw) -> None:
    handed_in = changed(first, text("add", "def add(x):\n    return x + 1"))
    found = parsed(handed_in, expected(first, renamed_add(first), **NAMES))
    assert found.notes == ()
    names: Raw = {}
    exec(source(found, "plus"), names)
    assert names["plus"](1) == 2


def test_an_untouched_stub_under_an_old_name_is_the_new_stub(first: Raw) -> None:
    found = parsed(first, expected(first, renamed_add(first), **NAMES))
    assert source(found, "plus").startswith("def plus(")
    assert "plus" in found.unanswered


def test_a_student_who_wrote_the_new_name_already_gets_no_second_one(first: Raw) -> None:
    handed_in = changed(first, text("add", "def add(x):\n    return 0\n\ndef plus(x):\n    return x + 1"))
    found = parsed(handed_in, expected(first, renamed_add(first), **NAMES))
    assert source(found, "plus").count("plus") == 1


def test_a_copied_mark_of_a_retired_exercise_earns_nothing(first: Raw) -> None:
    """A hostile twin: the retired cell's mark and points, stuck on a cell of one's own."""
    second = changed(first, dropped("add", "test_add"))

    def steal(notebook: Raw) -> None:
        cell(notebook, "test_add")["metadata"]["nbgrader"]["points"] = 99.0

    found = parsed(changed(first, steal), expected(first, second))
    assert all(c.grade_id not in ("add", "test_add") for c in found.cells)
    assert all("points" not in raw["metadata"].get("nbgrader", {}) for raw in found.raw["cells"] if "add" in str(raw))


def test_a_workspace_without_that_memory_parses_as_before(first: Raw) -> None:
    alone = Release.from_release(json.dumps(first).encode(), "tiny")
    assert alone.earlier == Earlier()
    assert parsed(first, alone) == parsed(first, expected(first))


def test_a_release_that_was_made_twice_is_remembered_once(first: Raw) -> None:
    once, twice = expected(first).earlier, expected(first, first).earlier
    assert once == twice


def test_what_is_remembered_survives_its_file(tmp_path: Path, first: Raw) -> None:
    import msgspec

    earlier = expected(first, renamed_add(first), **NAMES).earlier
    (tmp_path / "tiny.json").write_bytes(msgspec.json.encode(earlier))
    assert msgspec.json.decode((tmp_path / "tiny.json").read_bytes(), type=Earlier) == earlier
