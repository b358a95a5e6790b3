"""Golden cases: each folder of `submissions/` is a submission and the result that it must get.

`case.yml` says what is tried and what is expected:

    family: 2                       # of the threats, or: honest, or: slip
    kind: H                         # of a slip of honest hands: what kind it is, see KINDS
    title: An answer whose __eq__ is always true earns nothing.
    status: graded                  # or: not_gradable, ungraded
    scores: {weighted_sum: 0.0}     # only exercises that lose points
    outcomes: {weighted_sum: failed}   # optional: what became of all tests of the exercise
    says: [is truncated]            # words of the reason or the notes
    tells: [line 3]                 # words of what the hidden tests say
    asked: true                     # whether the written question waits for a person; false: it counts as unanswered
    never: [<script]                # words that no file for people may hold
    student: odd id                 # the folder's name, unless it is the case's
    recipe: a named pipe            # what git cannot hold: one of this module's RECIPES
    plant: results/neuron           # a path of the workspace at which a link to the outside is planted
    canaries: true                  # told in `canaries.json`, beside the notebook, what it must not touch
    learns: true                    # told in `told.json` what the report on a wrong answer shows
    twin: 2                         # of an honest case: the family whose attacks it looks like
    course: class_course            # not of the real course but of this one, whose exercise is a class

The submission is `neuron.ipynb` as it stands, or `cells.py`, whose parts begin with `# %% <where>`: `answer NAME`
replaces an answer cell and `replace NAME` any other, `drop NAME` takes a cell out, `first`, `last`, `after NAME` and
`text` (Markdown) add one. All else is the right answer. What lies in `beside/` is handed in beside the notebook; the
ending `.case` keeps a file from our own tools.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import slips
import yaml

from autograder.authoring.answers import edit, fill, reference_sources
from autograder.course import Course

KINDS = {
    "A": "Written answers",
    "B": "Cells that fail",
    "C": "Several notebooks",
    "D": "Names of files",
    "E": "Notebooks in another shape",
    "F": "Metadata of other programs",
    "G": "Changes to the locked cells",
    "H": "Names that are used again",
    "I": "Stubs that were left",
    "J": "Files that are no notebook",
}
"""What honest people really bring."""

FOLDER = Path(__file__).parents[1] / "submissions"
ASSIGNMENT = "neuron"
WRITTEN = "written_bias_alone"


@dataclass(frozen=True)
class Case:
    """One folder of `submissions/`."""

    name: str
    family: int | str
    title: str
    status: str = "graded"
    scores: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    student: str = ""
    recipe: str = ""
    plant: str = ""
    canaries: bool = False
    learns: bool = False
    twin: int = 0
    kind: str = ""
    tells: tuple[str, ...] = ()
    asked: bool | None = None
    course: str = ""

    @property
    def folder(self) -> Path:
        """Where it is."""
        return FOLDER / self.name

    @property
    def who(self) -> str:
        """The student who hands it in."""
        return self.student or self.name


def cases(course: str = "") -> list[Case]:
    """All golden cases of the real course, or of another, in the order of their names."""
    found = [
        Case(name=path.parent.name, **yaml.safe_load(path.read_text())) for path in sorted(FOLDER.glob("*/case.yml"))
    ]
    return [case for case in found if case.course == course]


def hand_in(case: Case, course: Course) -> Path:
    """Lays a case into the workspace as its student would; the folder that it is in."""
    folder = lay(course, case.who, _notebook(case, course))
    for path in sorted((case.folder / "beside").glob("*")):
        (folder / path.name.removesuffix(".case")).write_bytes(path.read_bytes())
    if case.recipe:
        RECIPES[case.recipe](folder)
    return folder


def lay(course: Course, student: str, notebook: bytes) -> Path:
    """Lays a notebook into a student's folder, which is returned."""
    folder = course.submitted_dir / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(notebook)
    return folder


def compose(course: Course, cells: str, assignment: str = ASSIGNMENT) -> bytes:
    """The right notebook with the changes that these cells describe."""
    parts = re.split(r"^# %% (.+)\n", cells, flags=re.MULTILINE)[1:]
    changes = [(where, source.strip("\n")) for where, source in zip(parts[::2], parts[1::2], strict=True)]
    answers = reference_sources(course, assignment)
    answers |= {where.removeprefix("answer "): source for where, source in changes if where.startswith("answer ")}
    release = (course.release_dir(assignment) / f"{assignment}.ipynb").read_bytes()

    def change(notebook: list[dict[str, Any]]) -> None:
        for where, source in changes:
            _change(notebook, where, source)

    return edit(fill(release, answers), change)


def _notebook(case: Case, course: Course) -> bytes:
    whole = case.folder / f"{ASSIGNMENT}.ipynb"
    if whole.is_file():
        return whole.read_bytes()
    cells = case.folder / "cells.py"
    return compose(course, cells.read_text() if cells.is_file() else "")


def _change(notebook: list[dict[str, Any]], where: str, source: str) -> None:
    kind, _, name = where.partition(" ")
    added = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    match kind:
        case "first":
            notebook.insert(0, added)
        case "text":
            notebook.insert(0, {"cell_type": "markdown", "metadata": {}, "source": source})
        case "last":
            notebook.append(added)
        case "after":
            notebook.insert(_place(notebook, name) + 1, added)
        case "drop":
            del notebook[_place(notebook, name)]
        case "replace":
            notebook[_place(notebook, name)]["source"] = source
        case "answer":
            pass
        case _:
            raise ValueError(f"cells.py: no place '{where}'")


def _place(notebook: list[dict[str, Any]], name: str) -> int:
    return next(n for n, cell in enumerate(notebook) if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)


# --- what git cannot hold, and what is easier to say than to store ----------------------------------------------------


def _path(folder: Path) -> Path:
    return folder / f"{ASSIGNMENT}.ipynb"


def _on_bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: _replace(_path(folder), change(_path(folder).read_bytes()))


def _on_cells(change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Path], None]:
    return _on_bytes(lambda data: edit(data, change))


def _replace(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _link(folder: Path) -> None:
    _path(folder).unlink()
    _path(folder).symlink_to("/etc/passwd")


def _link_beside(folder: Path) -> None:
    (folder / "data.txt").symlink_to("/etc/passwd")


def _fifo(folder: Path) -> None:
    _path(folder).unlink()
    os.mkfifo(_path(folder))


def _a_folder(folder: Path) -> None:
    _path(folder).unlink()
    _path(folder).mkdir()


def _renamed(folder: Path) -> None:
    _path(folder).rename(folder / "neuron (1).ipynb")


def _kernel_r(data: bytes) -> bytes:
    notebook = json.loads(data)
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    return json.dumps(notebook).encode()


def _as_format_3(data: bytes) -> bytes:
    notebook = json.loads(data)
    cells = [
        {
            "cell_type": "code",
            "input": cell["source"],
            "metadata": cell["metadata"],
            "outputs": [],
            "language": "python",
        }
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()


def _test_cell_twice(cells: list[dict[str, Any]]) -> None:
    cells.append({**cells[_place(cells, "test_weighted_sum")], "id": "twice"})


def _answer_twice(cells: list[dict[str, Any]]) -> None:
    wrong = cells[_place(cells, "weighted_sum")]
    cells.append({**wrong, "id": "twice", "source": "def weighted_sum(x, w):\n    return 'the second one'"})


def _more_points(cells: list[dict[str, Any]]) -> None:
    cells[_place(cells, "test_weighted_sum")]["metadata"]["nbgrader"]["points"] = 1000


def _own_check(cells: list[dict[str, Any]]) -> None:
    cells[_place(cells, "test_weighted_sum")]["source"] = "print('All checks passed, 1000 points')"


def _as_markdown(cells: list[dict[str, Any]]) -> None:
    cell = cells[_place(cells, "step")]
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def _other_marks(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        marks = cell["metadata"].get("nbgrader", {})
        if marks:
            marks["grade_id"] = "layer_" + marks["grade_id"]
            cell["id"] = "layer-" + cell.get("id", "x")[:50]
        cell["source"] = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = cell["source"].replace("def ", "def layer_").replace("check(", "check('layer', ")


def _changed_marks(cells: list[dict[str, Any]]) -> None:
    for name in ("step", "test_step"):
        cells[_place(cells, name)]["metadata"]["nbgrader"]["grade_id"] = name.replace("step", "stair")


def _split(cells: list[dict[str, Any]]) -> None:
    """As Jupyter splits a cell: both halves have all its metadata."""
    place = _place(cells, "neuron")
    whole = cells[place]
    half = {**whole, "id": "second-half", "source": "def of_no_use():\n    return 1"}
    cells.insert(place + 1, half)


def _unmarked(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id", None)


def _odd_names(folder: Path) -> None:
    for name in ("; rm -rf", "..\\up", "-rf", "new\nline", "escape\x1b]0;x\x07", "a" * 250, "con.txt", "%s%n"):
        (folder / name).write_text("odd")
    (folder / ".hidden").mkdir()


def _linked_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def _huge_outputs(cells: list[dict[str, Any]]) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 100_000}
    cells[_place(cells, "step")]["outputs"] = [output] * 50


RECIPES: dict[str, Callable[[Path], None]] = {
    "a link to a file outside": _link,
    "a link beside the notebook": _link_beside,
    "a named pipe": _fifo,
    "a folder": _a_folder,
    "renamed": _renamed,
    "truncated": _on_bytes(lambda data: data[: len(data) // 2]),
    "empty": _on_bytes(lambda data: b""),
    "binary": _on_bytes(lambda data: b"\x89PNG\r\n\x1a\n\x00\x00" + data),
    "UTF-16": _on_bytes(lambda data: data.decode().encode("utf-16")),
    "a byte order mark": _on_bytes(lambda data: b"\xef\xbb\xbf" + data),
    "a lone surrogate": _on_bytes(lambda data: data.replace(b'"source": "', b'"source": "#\\ud800\\n', 1)),
    "NaN": _on_bytes(lambda data: data.replace(b'"metadata": {}', b'"metadata": {"x": NaN}', 1)),
    "nested deeply": _on_bytes(lambda data: data.replace(b'"metadata": {', b'"metadata": {"x": ' + b"[" * 100_000, 1)),
    "format 3": _on_bytes(_as_format_3),
    "format 99": _on_bytes(lambda data: data.replace(b'"nbformat": 4', b'"nbformat": 99')),
    "no cells": _on_bytes(lambda data: json.dumps({**json.loads(data), "cells": []}).encode()),
    "an R kernel": _on_bytes(_kernel_r),
    "the test cell twice": _on_cells(_test_cell_twice),
    "the answer twice": _on_cells(_answer_twice),
    "more points": _on_cells(_more_points),
    "an own check": _on_cells(_own_check),
    "the answer as markdown": _on_cells(_as_markdown),
    "another assignment": _on_cells(_other_marks),
    "huge outputs": _on_cells(_huge_outputs),
    "changed marks": _on_cells(_changed_marks),
    "a split cell": _on_cells(_split),
    "no marks at all": _on_cells(_unmarked),
    "odd names beside": _odd_names,
    "a linked folder": _linked_folder,
    "format 2": _on_bytes(lambda data: json.dumps({"nbformat": 2, "worksheets": [{"cells": []}]}).encode()),
    "damaged marks": _on_bytes(lambda data: data.replace(b'"nbgrader": {', b'"nbgrader": [], "was": {')),
    **slips.RECIPES,
}
