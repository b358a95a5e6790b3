"""What editors, browsers and honest hands do to a notebook before it is handed in: recipes for golden cases.

Each recipe takes the student's folder, in which the solved notebook lies under its right name. Where a public report
says that it happens, its project and number stand beside it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cells = list[dict[str, Any]]
Recipe = Callable[[Path], None]

NAME = "neuron.ipynb"
TEXT = "With both weights zero only the bias decides, so the neuron says the same of every flower."
WRITTEN = "written_bias_alone"


def read(folder: Path, name: str = NAME) -> dict[str, Any]:
    """The notebook as it lies there."""
    notebook: dict[str, Any] = json.loads((folder / name).read_bytes())
    return notebook


def write(folder: Path, notebook: dict[str, Any], name: str = NAME) -> None:
    """Puts a notebook there."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False))


def place(cells: Cells, grade_id: str) -> int:
    """Where a marked cell is."""
    return next(n for n, cell in enumerate(cells) if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def text(source: str) -> dict[str, Any]:
    """A text cell without a mark."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str) -> dict[str, Any]:
    """A code cell without a mark."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def on_cells(change: Callable[[Cells], Cells | None]) -> Recipe:
    """A recipe that changes the cells, in place or by giving new ones."""

    def recipe(folder: Path) -> None:
        notebook = read(folder)
        changed = change(notebook["cells"])
        notebook["cells"] = notebook["cells"] if changed is None else changed
        write(folder, notebook)

    return recipe


def on_notebook(change: Callable[[dict[str, Any]], object]) -> Recipe:
    """A recipe that changes the whole notebook in place."""

    def recipe(folder: Path) -> None:
        notebook = read(folder)
        change(notebook)
        write(folder, notebook)

    return recipe


def on_bytes(change: Callable[[bytes], bytes]) -> Recipe:
    """A recipe that changes the file."""
    return lambda folder: _replace(folder / NAME, change((folder / NAME).read_bytes()))


def _replace(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def then(*recipes: Recipe) -> Recipe:
    """One after the other."""

    def recipe(folder: Path) -> None:
        for one in recipes:
            one(folder)

    return recipe


# --- A: where a written answer ends up --------------------------------------------------------------------------------


def answered(cells: Cells) -> None:
    """The written answer in its own cell."""
    cells[place(cells, WRITTEN)]["source"] = TEXT


def without_marks(cells: Cells) -> None:
    """As `nbstripout` with all metadata, `nbconvert --ClearMetadataPreprocessor.enabled`, or a plain copy of the text:
    jupyter/nbgrader 424, 1398, 1546."""
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id", None)


def unmark_written(cells: Cells) -> None:
    """The written cell was deleted and made again: jupyter/nbgrader 424."""
    cell = cells[place(cells, WRITTEN)]
    cell["metadata"] = {}
    cell.pop("id", None)


def split_at_blank_lines(cells: Cells) -> Cells:
    """As converters from and to Markdown split text cells: the first piece keeps the metadata."""
    found: Cells = []
    for cell in cells:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        pieces = re.split(r"\n\s*\n", source) if cell["cell_type"] == "markdown" else [source]
        found.append({**cell, "source": pieces[0]})
        found += [text(piece) for piece in pieces[1:]]
    return found


def reformatted(cells: Cells) -> None:
    """As a formatter of Markdown rewrites text: other marks for emphasis, other bullets, no spaces at ends."""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            source = re.sub(r"(?<!\*)\*(?!\*|\s)([^*\n]+)\*(?!\*)", r"_\1_", source).replace("* **", "- **")
            cell["source"] = "\n".join(line.rstrip() for line in source.splitlines()) + "\n"


def text_below(cells: Cells) -> None:
    """The placeholder is untouched and the answer stands in the next cell."""
    cells.insert(place(cells, WRITTEN) + 1, text(TEXT))


def text_above(cells: Cells) -> None:
    """The answer stands between the question and the placeholder."""
    cells.insert(place(cells, WRITTEN), text(TEXT))


def text_at_the_end(cells: Cells) -> None:
    """All written answers were put behind everything else."""
    cells.append(text("## My answers\n\n" + TEXT))


def text_in_the_question(cells: Cells) -> None:
    """The answer was written into the cell of the question, which is locked."""
    cell = cells[place(cells, "question_bias_alone")]
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    cell["source"] = source + "\n\n" + TEXT


def merged_with_the_question(cells: Cells) -> None:
    """Both cells were merged: the first one's metadata stays."""
    answered(cells)
    text_in_the_question(cells)
    del cells[place(cells, WRITTEN)]


def text_in_a_code_cell(cells: Cells) -> None:
    """The answer is a comment in a code cell below the question."""
    cells.insert(place(cells, WRITTEN) + 1, code("# " + TEXT))


def as_a_code_cell(cells: Cells) -> None:
    """The answer's cell became a code cell, with the text in quotes, and lost its mark on the way."""
    cells[place(cells, WRITTEN)] = code(f'"""{TEXT}"""')


def deleted(cells: Cells) -> None:
    """The answer's cell is gone and nothing took its place."""
    del cells[place(cells, WRITTEN)]


def blank_with_spaces(cells: Cells) -> None:
    """Nobody wrote anything; an editor changed the spaces of the placeholder."""
    cells[place(cells, WRITTEN)]["source"] = ["YOUR ANSWER HERE  \n", "\n"]


def as_a_picture(cells: Cells) -> None:
    """The answer is a photograph of handwriting."""
    cell = cells[place(cells, WRITTEN)]
    cell["source"] = "![answer](attachment:answer.png)"
    cell["attachments"] = {"answer.png": {"image/png": "iVBORw0KGgo="}}


def in_raw_cell(cells: Cells) -> None:
    """The answer stands in a raw cell below."""
    cells.insert(place(cells, WRITTEN) + 1, {"cell_type": "raw", "metadata": {}, "source": TEXT})


# --- C and D: names and several notebooks -----------------------------------------------------------------------------


def blank(cells: Cells, released: bytes) -> Cells:
    """The cells of the release."""
    found: Cells = json.loads(released)["cells"]
    return found


def called(*names: str) -> Recipe:
    """The only notebook has another name; folders on the way are made."""

    def recipe(folder: Path) -> None:
        data = (folder / NAME).read_bytes()
        (folder / NAME).unlink()
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return recipe


def _released(folder: Path) -> bytes:
    workspace = folder.parents[2]
    return (workspace / "release" / "neuron" / NAME).read_bytes()


def blank_beside(name: str, own: str = NAME) -> Recipe:
    """The notebook under its right name is as it was released, and the solved one has another name."""

    def recipe(folder: Path) -> None:
        data, released = (folder / NAME).read_bytes(), _released(folder)
        (folder / NAME).unlink()
        (folder / own).write_bytes(released)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return recipe


def blank_copy(name: str) -> Recipe:
    """The solved notebook has its right name; a copy beside it is as it was released."""
    return lambda folder: _replace(folder / name, _released(folder))


def older_copy(name: str, source: str) -> Recipe:
    """Beside the solved notebook lies an older attempt, in which one function has another text."""

    def recipe(folder: Path) -> None:
        notebook = read(folder)
        notebook["cells"][place(notebook["cells"], "step")]["source"] = source
        write(folder, notebook, name)

    return recipe


def begun_then_copied(folder: Path) -> None:
    """One function was written under the right name, and all others in a copy of that."""
    solved = read(folder)
    write(folder, solved, "neuron-Copy1.ipynb")
    begun = json.loads(_released(folder))
    step = solved["cells"][place(solved["cells"], "step")]["source"]
    begun["cells"][place(begun["cells"], "step")]["source"] = step
    write(folder, begun)


def truncated_beside(folder: Path) -> None:
    """The upload under the right name was cut off, and a second one has the browser's number."""
    data = (folder / NAME).read_bytes()
    (folder / "neuron (1).ipynb").write_bytes(data)
    (folder / NAME).write_bytes(data[: len(data) // 2])


def junk_beside(folder: Path) -> None:
    """What macOS, Windows and Jupyter add by themselves."""
    for name in ("._neuron.ipynb", "__MACOSX/._neuron.ipynb", ".ipynb_checkpoints/neuron-checkpoint.ipynb"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0\5\26\7\0\2\0\0Mac OS X" if "._" in name else _released(folder))


# --- E and F: cells in another shape, and metadata as other programs write them ---------------------------------------


def all_in_one_cell(cells: Cells) -> Cells:
    """Every function in one cell, as from a script, and none of the marks."""
    sources = [c["source"] if isinstance(c["source"], str) else "".join(c["source"]) for c in cells]
    functions = [s for c, s in zip(cells, sources, strict=True) if c["cell_type"] == "code" and s.startswith("def ")]
    return [code("import numpy as np\nfrom collections.abc import Callable\n"), code("\n\n".join(functions))]


def split_by_lines(cells: Cells) -> Cells:
    """Every function with its text above it in one cell, and the checks deleted."""
    kept = [c for c in cells if not c["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_")]
    without_marks(kept)
    return kept


def functions_alone(cells: Cells) -> Cells:
    """Only the functions and the imports are left, each in its cell without a mark."""
    found = [code("import numpy as np\nfrom collections.abc import Callable")]
    return found + [c for c in split_by_lines(cells) if c["cell_type"] == "code" and "def " in "".join(c["source"])]


def in_two_cells(cells: Cells) -> Cells:
    """Half of the functions in one cell, the rest in another, both unmarked."""
    setup, together = all_in_one_cell(cells)
    functions = together["source"].split("\n\n\ndef ") if "\n\n\ndef " in together["source"] else [together["source"]]
    if len(functions) == 1:
        functions = re.split(r"\n\n(?=def )", functions[0])
    half = len(functions) // 2
    return [setup, code("\n\n".join(functions[:half])), code("\n\n".join(functions[half:]))]


def sources(cells: Cells) -> list[str]:
    """Each code cell's text."""
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def as_a_script(cells: Cells) -> Cells:
    """The notebook became a script and then a notebook again: only code, without a mark, split at empty lines."""
    pieces = [piece for source in sources(cells) for piece in re.split(r"\n\n+(?=\S)", source) if piece.strip()]
    return [code(piece) for piece in pieces]


def merged_into_the_first(cells: Cells) -> Cells:
    """All code in one cell, which keeps the metadata of the first answer cell, as Jupyter's merging does."""
    first = cells[place(cells, "weighted_sum")]
    setup, *others = sources(cells)
    return [code(setup), {**first, "source": "\n\n".join(s for s in others if s.startswith("def "))}]


def all_twice(cells: Cells) -> Cells:
    """Everything was selected, copied and pasted below, metadata and all."""
    return [*cells, *copy.deepcopy(cells)]


def all_in_the_setup(cells: Cells) -> None:
    """Every function was written into the first code cell, and the stubs are as they were."""
    functions = [source for source in sources(cells) if source.startswith("def ")]
    setup = cells[place(cells, "setup")]
    setup["source"] = "\n\n".join(["".join(setup["source"]), *functions])
    to_stubs(cells)


def to_stubs(cells: Cells) -> None:
    """All answer cells are as they were released."""
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith("def "):
            cell["source"] = source[: source.index(":\n") + 1] + "\n    raise NotImplementedError()"


def below_the_stubs(cells: Cells) -> Cells:
    """The stubs are untouched, and one cell at the end holds all answers."""
    answers = code("\n\n".join(source for source in sources(cells) if source.startswith("def ")))
    to_stubs(cells)
    return [*cells, answers]


def upside_down(cells: Cells) -> Cells:
    """The functions in one cell, the last one first."""
    setup, together = all_in_one_cell(cells)
    functions = re.split(r"\n\n(?=def )", together["source"])
    return [setup, code("\n\n".join(reversed(functions)))]


def reversed_cells(cells: Cells) -> Cells:
    """The cells in another order, as after moving them about: answers last, the setup still first."""
    setup = place(cells, "setup")
    return [*cells[: setup + 1], *reversed(cells[setup + 1 :])]


def four_written(cells: Cells) -> Cells:
    """Four of the seven functions in one cell, and no mark."""
    setup, together = all_in_one_cell(cells)
    return [setup, code("\n\n".join(re.split(r"\n\n(?=def )", together["source"])[:4]))]


def ones_own_notebook(cells: Cells) -> Cells:
    """A new notebook with a title, tries and plots of one's own between the functions."""
    setup, together = all_in_one_cell(cells)
    found = [text("# Homework"), setup]
    for function in re.split(r"\n\n(?=def )", together["source"]):
        found += [text("Now the next one"), code(function), code("print('tried')")]
    return found


def setup_moved(cells: Cells) -> Cells:
    """The locked cell was deleted, and its imports stand in a cell of one's own."""
    setup = cells[place(cells, "setup")]
    own = code("".join(setup["source"]) + "\nimport math")
    return [own, *(cell for cell in cells if cell is not setup)]


def setup_split(cells: Cells) -> Cells:
    """The locked cell was split in two; both halves keep its metadata."""
    at = place(cells, "setup")
    lines = "".join(cells[at]["source"]).splitlines()
    halves = [{**cells[at], "source": "\n".join(part)} for part in (lines[:3], lines[3:])]
    return [*cells[:at], *halves, *cells[at + 1 :]]


def tried_in_a_check(cells: Cells) -> None:
    """The check cell, which is locked, was changed to try something: jupyter/nbgrader 1372."""
    cell = cells[place(cells, "test_step")]
    cell["source"] = "".join(cell["source"]) + "\nprint(step(0.5))\nlen([1, 2])"


def metadata(**fields: Any) -> Recipe:
    """The notebook's metadata have these fields, as some program writes them."""
    return on_notebook(lambda notebook: notebook["metadata"].update(fields))


def whole(**fields: Any) -> Recipe:
    """The notebook itself has these fields."""
    return on_notebook(lambda notebook: notebook.update(fields))


def each_cell(**fields: Any) -> Recipe:
    """Each cell without a mark has these fields."""

    def change(cells: Cells) -> None:
        for cell in cells:
            if not cell["metadata"]:
                cell.update(copy.deepcopy(fields))

    return on_cells(change)


def as_colab_saves(folder: Path) -> None:
    """Google Colab keeps a cell's id among its metadata, and adds its own to the notebook."""
    notebook = read(folder)
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id", "x")
        cell["metadata"].pop("nbgrader", None)
    write(folder, notebook)


# --- J: files that are no notebook, or not only -----------------------------------------------------------------------


def large_outputs(megabytes: int) -> Recipe:
    """Outputs of so many megabytes, as animations and interactive plots leave them."""

    def change(cells: Cells) -> None:
        output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 1_000_000}}
        cells[place(cells, "step")]["outputs"] = [output] * megabytes

    return on_cells(change)


def with_conflict(folder: Path) -> None:
    """A merge that nobody finished: jupyter/help 67, jupyter/notebook 4889, microsoft/vscode 160941."""
    lines = (folder / NAME).read_text().splitlines()
    middle = len(lines) // 2
    lines[middle:middle] = ["<<<<<<< HEAD", '   "id": "a",', "=======", '   "id": "b",', ">>>>>>> main"]
    (folder / NAME).write_text("\n".join(lines))


def instead(data: bytes) -> Recipe:
    """Another file under the notebook's name."""
    return lambda folder: _replace(folder / NAME, data)


RECIPES: dict[str, Recipe] = {
    "answered": on_cells(answered),
    "answered, all marks lost": then(on_cells(answered), on_cells(without_marks)),
    "answered, its own mark lost": then(on_cells(answered), on_cells(unmark_written)),
    "answered, split at blank lines": then(on_cells(answered), on_cells(split_at_blank_lines)),
    "answered, split at blank lines, all marks lost": then(
        on_cells(answered), on_cells(split_at_blank_lines), on_cells(without_marks)
    ),
    "answered, reformatted, all marks lost": then(on_cells(answered), on_cells(reformatted), on_cells(without_marks)),
    "the answer below": on_cells(text_below),
    "the answer below, all marks lost": then(on_cells(text_below), on_cells(without_marks)),
    "the answer above": on_cells(text_above),
    "the answer at the end": on_cells(text_at_the_end),
    "the answer in the question": on_cells(text_in_the_question),
    "the answer merged with the question": on_cells(merged_with_the_question),
    "the answer as a comment": on_cells(text_in_a_code_cell),
    "the answer as a code cell": on_cells(as_a_code_cell),
    "the answer as a picture": on_cells(as_a_picture),
    "the answer in a raw cell": on_cells(in_raw_cell),
    "no answer, its cell deleted": on_cells(deleted),
    "no answer, other spaces": on_cells(blank_with_spaces),
    "no answer, all marks lost": on_cells(without_marks),
    "a blank one and Copy1": blank_beside("neuron-Copy1.ipynb"),
    "a blank one and (1)": blank_beside("neuron (1).ipynb"),
    "a blank one and a final one": blank_beside("my solution final.ipynb"),
    "a blank one and one in a folder": blank_beside("work/neuron.ipynb"),
    "a blank copy": blank_copy("neuron-Copy1.ipynb"),
    "two copies of other names, one blank": blank_beside("b.ipynb", "a.ipynb"),
    "an older copy": older_copy("neuron-old.ipynb", "def step(z):\n    return 'old'"),
    "begun, then copied": begun_then_copied,
    "cut off, and whole beside it": truncated_beside,
    "two attempts of other names": then(
        older_copy("b.ipynb", "def step(z):\n    return 'old'"), lambda folder: called("a.ipynb")(folder)
    ),
    "what systems add": junk_beside,
    "called Copy of": called("Copy of neuron.ipynb"),
    "called (1)": called("neuron (1).ipynb"),
    "called in capitals": called("NEURON.IPYNB"),
    "called .json": called("neuron.ipynb.json"),
    "called .txt": called("neuron.ipynb.txt"),
    "called only .json": called("neuron.json"),
    "called .ipynb twice": called("neuron.ipynb.ipynb"),
    "in folders": called("neuron/neuron/neuron.ipynb"),
    "called after its student": called("Öne_Übung 1_neuron.ipynb"),
    "called something else": called("Untitled3.ipynb"),
    "junk of macOS only": lambda folder: (
        junk_beside(folder),
        (folder / NAME).unlink(),
    )[0],
    "a zip of it": lambda folder: called("neuron.zip")(folder),
    "an export of it": lambda folder: called("neuron.html")(folder),
    "all in one cell": on_cells(all_in_one_cell),
    "in two cells": on_cells(in_two_cells),
    "functions alone": on_cells(functions_alone),
    "no marks and no checks": on_cells(split_by_lines),
    "as Colab saves it": as_colab_saves,
    "kernelspec null": metadata(kernelspec=None),
    "language null": metadata(kernelspec={"name": "python3", "display_name": "Python 3", "language": None}),
    "no metadata": whole(metadata=None),
    "metadata as a list": whole(metadata=[]),
    "nbformat 4.0": whole(nbformat=4.0),
    "nbformat as text": whole(nbformat="4"),
    "no nbformat": on_notebook(lambda notebook: notebook.pop("nbformat")),
    "nbformat_minor null": whole(nbformat_minor=None),
    "labelled as R": metadata(kernelspec={"name": "ir", "language": "R", "display_name": "R"}),
    "labelled as Sage": metadata(kernelspec={"name": "sagemath", "language": "sage", "display_name": "SageMath 10"}),
    "cells without metadata": each_cell(metadata=None),
    "cells with attachments null": each_cell(attachments=None),
    "a cell of another kind": on_cells(
        lambda cells: [*cells, {"cell_type": "sql", "metadata": {}, "source": "SELECT 1"}, {**text(""), "source": None}]
    ),
    "a web page": instead(b"\n\n\n<!DOCTYPE html>\n<html lang='en'><head><title>neuron.ipynb</title>"),
    "a conflict of git": with_conflict,
    "in Windows-1252": then(
        on_cells(lambda cells: [text("Größe in °C"), *cells]),
        on_bytes(lambda data: data.decode().encode("cp1252", "replace")),
    ),
    "22 MB of outputs": large_outputs(22),
    "a PDF": instead(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a pointer of git LFS": instead(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"),
    "a script": instead(b"import numpy as np\n\ndef step(z):\n    return z >= 0\n"),
    "a shortcut": instead(b"[InternetShortcut]\r\nURL=https://colab.research.google.com/\r\n"),
    "as a script and back": on_cells(as_a_script),
    "merged into the first answer": on_cells(merged_into_the_first),
    "everything twice": on_cells(all_twice),
    "everything in the setup": on_cells(all_in_the_setup),
    "all answers below the stubs": on_cells(below_the_stubs),
    "the functions upside down": on_cells(upside_down),
    "the cells in another order": on_cells(reversed_cells),
    "four functions in one cell": on_cells(four_written),
    "a notebook of one's own": on_cells(ones_own_notebook),
    "the setup moved": on_cells(setup_moved),
    "the setup split": on_cells(setup_split),
    "a try in a check cell": on_cells(tried_in_a_check),
    "nothing in it": instead(b""),
    "zeros": instead(b"\0" * 20_000),
    "a page with a mark": instead(b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><body>Sign in</body></html>"),
    "a page in UTF-16": instead("<html><body>Sign in</body></html>".encode("utf-16")),
    "a link to Google Drive": instead(b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": ""}'),
    "an office document": instead(b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml"),
    "a patch of git": instead(b"diff --git a/neuron.ipynb b/neuron.ipynb\nindex 1..2 100644\n"),
    "cells without a notebook": on_bytes(lambda data: json.dumps(json.loads(data)["cells"]).encode()),
    "a notebook as text": on_bytes(lambda data: json.dumps(data.decode()).encode()),
    "an older end behind it": on_bytes(lambda data: data + b'\n  ]\n }\n}'),
    "conflicts in Windows' lines": then(
        with_conflict, on_bytes(lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    ),
    "30 MB of widgets": metadata(widgets={"state": {"a": {"model": "A" * 30_000_000}}}),
    "30 MB of pictures in a text": on_cells(
        lambda cells: [
            {**text("![me](attachment:a.png)"), "attachments": {"a.png": {"image/png": "A" * 30_000_000}}},
            *cells,
        ]
    ),
    "an answer of a server": instead(b'{"message": "Not Found", "documentation_url": "https://example.org"}'),
    "NaN in outputs": on_bytes(lambda data: data.replace(b'"outputs": []', b'"outputs": [{"x": NaN}]', 1)),
}  # fmt: skip
