"""A newer kit's course beside one's own: shown by exercise, taken over one by one, never over one's own changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring import upgrade
from autograder.authoring.kit_course import kit_files
from autograder.authoring.pieces import pieces
from autograder.authoring.start import Term, start_course
from autograder.authoring.upgrade import State, compare, take
from autograder.course import Course, load_course
from autograder.errors import CourseError

Kit = Callable[[str, str, str], None]
REFERENCE, TESTS = "solutions/neuron.py", "solutions/hidden/test_neuron.py"
TITLE = "With a single signal, the sum is that one product."
COMMENT = "# sum over d of w_d x_d: for two 1-D arrays that is the dot product"


@pytest.fixture
def own(tmp_path: Path) -> Course:
    return start_course(tmp_path / "own", Term())


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Kit:
    """Changes the kit: a text of one of its files for another."""
    files = kit_files()

    def change(name: str, old: str, new: str) -> None:
        assert old in files[name].decode()
        files[name] = files[name].decode().replace(old, new).encode()

    monkeypatch.setattr(upgrade, "kit_files", lambda: files)
    return change


def edit(course: Course, name: str, old: str, new: str) -> None:
    path = course.root / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def found(course: Course) -> dict[str, list[State]]:
    return {group.name: [one.state for one in group.differences] for group in compare(course).groups}


def test_pieces_put_together_are_the_file() -> None:
    files = kit_files()
    for name in (REFERENCE, TESTS, "assignments/neuron.md", "solutions/alternatives/neuron.py"):
        own = [piece for (file, _), piece in pieces(files).items() if file == name]
        assert "".join(piece.text for piece in own) == files[name].decode()
        assert {"weighted_sum", "decision_line"} <= {piece.exercise for piece in own}


def test_a_course_that_was_just_started_has_everything(own: Course) -> None:
    assert found(own) == {}


def test_a_change_of_the_kit_is_shown_by_exercise_and_taken_over(own: Course, newer: Kit) -> None:
    newer(TESTS, TITLE, "One signal: one product.")
    newer("assignments/layers.md", "# Layers", "# Layers of neurons")
    assert found(own) == {"neuron.weighted_sum": [State.changed], "layers.shared": [State.changed]}
    take(compare(own), "neuron.weighted_sum")
    assert "One signal: one product." in (own.root / TESTS).read_text()
    assert found(own) == {"layers.shared": [State.changed]}


def test_ones_own_changes_are_no_difference(own: Course, newer: Kit) -> None:
    edit(own, TESTS, TITLE, "Mine.")
    assert found(own) == {}


def test_what_both_changed_is_refused_with_file_and_line(own: Course, newer: Kit) -> None:
    edit(own, REFERENCE, COMMENT, "# mine")
    newer(REFERENCE, COMMENT, "# the kit's")
    newer(TESTS, TITLE, "One signal: one product.")
    before = {path: path.read_bytes() for path in own.root.rglob("*.*") if path.is_file()}
    with pytest.raises(CourseError, match=r"'def weighted_sum' was changed here and in the kit\.") as refused:
        take(compare(own), "neuron.weighted_sum")
    lines = (own.root / REFERENCE).read_text().splitlines()
    assert refused.value.line is not None
    assert lines[refused.value.line - 1].startswith("def weighted_sum")
    assert {path: path.read_bytes() for path in before} == before


def test_another_exercise_of_the_same_file_is_not_held_up(own: Course, newer: Kit) -> None:
    edit(own, REFERENCE, COMMENT, "# mine")
    newer(REFERENCE, "Shift the weighted sum of one neuron by its bias.", "Add the bias to the weighted sum.")
    take(compare(own), "neuron.preactivation")
    text = (own.root / REFERENCE).read_text()
    assert "# mine" in text
    assert "Add the bias to the weighted sum." in text


def test_a_new_exercise_is_put_where_the_kit_has_it(own: Course, newer: Kit) -> None:
    added = "def spread(x: np.ndarray) -> float:\n    return float(x.std())\n\n\n"
    newer(REFERENCE, "def preactivation(", f"{added}def preactivation(")
    assert found(own) == {"neuron.spread": [State.new]}
    take(compare(own), "neuron.spread")
    text = (own.root / REFERENCE).read_text()
    assert text.index("def weighted_sum") < text.index("def spread") < text.index("def preactivation")


def test_an_empty_course_can_take_a_whole_assignment(tmp_path: Path) -> None:
    course = start_course(tmp_path / "small", Term(), empty=True)
    take(compare(course), "layers")
    again = load_course(course.root)
    assert again.assignment("layers").title == "Layers"
    assert (again.source_path("layers")).read_bytes() == kit_files()["assignments/layers.md"]
    assert not any(name.startswith("layers") for name in found(again))


def test_what_one_removed_is_not_brought_back(own: Course, newer: Kit) -> None:
    text = (own.root / TESTS).read_text()
    start = text.index('@points("weighted_sum", 0.25)')
    (own.root / TESTS).write_text(text[:start] + text[text.index('@points("weighted_sum", 0.75)') :])
    assert found(own) == {}
    newer(TESTS, TITLE, "One signal: one product.")
    assert found(own) == {"neuron.weighted_sum": [State.removed]}
    take(compare(own), "neuron.weighted_sum")
    assert "One signal" not in (own.root / TESTS).read_text()


def test_a_name_that_is_none_lists_those_that_there_are(own: Course, newer: Kit) -> None:
    newer(TESTS, TITLE, "One signal: one product.")
    with pytest.raises(CourseError, match=r"nothing to take over as 'nerve'; it has: neuron\.weighted_sum"):
        take(compare(own), "nerve")


def test_a_damaged_record_is_named(own: Course) -> None:
    (own.root / ".kit.json").write_text("{")
    with pytest.raises(CourseError, match=r"\.kit\.json.*restore it from Git"):
        compare(own)
