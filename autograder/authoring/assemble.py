"""Puts nbgrader's instructor notebook together: the author's cells, the reference's exercises, otter's checks."""

from __future__ import annotations

import ast
import copy
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograder.authoring import when_ready
from autograder.authoring.drawings import embed_drawings
from autograder.authoring.exercises import Exercise, Reference
from autograder.authoring.public_checks import otter_source, setup_source
from autograder.course.grade_ids import test_id, written_id
from autograder.errors import CourseError
from autograder.notebooks.authored import (
    LINE,
    NotebookNode,
    code_cell,
    markdown_cell,
    name_cells,
    new_notebook,
    read_source,
    role,
)

INSTRUCTORS_ONLY = re.compile(r"^\s*(?:from|import)\s+(?:solutions|autograder)\b.*$", re.MULTILINE)
TAGS = frozenset({"setup", "exercise", "written"})
NEEDS = "needs-"
ALT = "alt"
"""Key of a code cell's metadata: what the picture that it draws shows, for people who cannot see it."""
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide-input"]}
"""Metadata of a cell whose code is plumbing, so that JupyterLab, Notebook, Colab and Jupyter Book fold it."""


def source_notebook(
    assignment: str, path: Path, reference: Reference, points: Mapping[str, float], hints: Mapping[str, Any]
) -> NotebookNode:
    """nbgrader's instructor notebook: the author's, with exercises, check cells and public checks put in.

    ``hints`` are what `hint_locks` made for the exercises.

    Raises:
        CourseError: with the file, the line and what is wrong.
    """
    notebook = _Assembly(assignment, path, reference, points, hints).notebook(read_source(path))
    name_cells(notebook, assignment)
    return notebook


class _Assembly:
    """One pass over the author's cells."""

    def __init__(
        self,
        assignment: str,
        path: Path,
        reference: Reference,
        points: Mapping[str, float],
        hints: Mapping[str, Any],
    ) -> None:
        self.assignment, self.path, self.reference, self.points = assignment, path, reference, points
        self.hints = hints
        self.exercises = {exercise.name: exercise for exercise in reference.exercises}
        self.placed: list[str] = []
        self.written: dict[str, float] = {}
        self.makers: dict[str, Callable[[NotebookNode], list[NotebookNode]]] = {
            "setup": self.setup,
            "exercise": self.exercise,
            "written": self.written_question,
        }

    def notebook(self, author: NotebookNode) -> NotebookNode:
        self.points_fit()
        cells: list[NotebookNode] = []
        first_code = next((cell for cell in author.cells if cell.cell_type == "code"), None)
        if first_code is None or "setup" not in self.tags(first_code):
            raise self.fault("the first code cell must have the tag 'setup'", first_code)
        for cell in author.cells:
            kinds = [tag for tag in self.tags(cell) if tag in TAGS]
            if len(kinds) > 1:
                raise self.fault(f"a cell cannot be {' and '.join(kinds)} at once", cell)
            if "setup" in kinds and cell is not first_code:
                raise self.fault("only the first code cell may have the tag 'setup'", cell)
            cells += self.makers[kinds[0]](cell) if kinds else [self.plain(cell)]
        self.all_placed()
        self.fill_in_points(cells, author)
        tests = {exercise.name: otter_source(exercise) for exercise in self.reference.exercises}
        otter = {"OK_FORMAT": False, "assignment_name": self.assignment, "tests": tests}
        return new_notebook(cells, {"otter": otter})

    # one method for each kind of cell

    def setup(self, cell: NotebookNode) -> list[NotebookNode]:
        self.must_be_public(cell)
        here = {ast.unparse(statement) for statement in self.parsed(cell).body}
        missing = [statement for statement in self.reference.preamble if statement not in here]
        for statement in missing:
            if INSTRUCTORS_ONLY.match(statement):
                raise CourseError(self.reference.path, f"students do not have this: {statement}")
        imports = "\n".join([cell.source.strip(), *missing])
        own = setup_source(f"{imports}\n\n\n{when_ready.SOURCE.rstrip()}\n", self.reference.exercises, self.hints)
        made = code_cell(own, nbgrader=role("setup", locked=True))
        made.metadata.update(copy.deepcopy(FOLDED))
        return [made]

    def exercise(self, cell: NotebookNode) -> list[NotebookNode]:
        body = self.parsed(cell).body
        wanted = f"solutions.{self.assignment}"
        match body:
            case [ast.ImportFrom(module=module, names=[ast.alias(name=name, asname=None)])] if module == wanted:
                pass
            case _:
                raise self.fault(f"an exercise's cell is one line: from {wanted} import <exercise>", cell)
        if name not in self.exercises:
            raise self.fault(f"{self.reference.path.name} has no exercise '{name}'", cell)
        if name in self.placed:
            raise self.fault(f"the exercise '{name}' appears here a second time", cell)
        self.placed.append(name)
        answer = code_cell(_full_function(self.exercises[name]), nbgrader=role(name, solution=True))
        check = role(test_id(name), locked=True, points=self.points[name])
        return [answer, code_cell(f'check("{name}")', nbgrader=check)]

    def written_question(self, cell: NotebookNode) -> list[NotebookNode]:
        name, points = cell.metadata.get("name"), cell.metadata.get("points")
        if cell.cell_type != "markdown":
            raise self.fault("a written question must be a Markdown cell", cell)
        if not isinstance(name, str) or not name.isidentifier() or name in self.written or name in self.exercises:
            raise self.fault(f"a written question needs a unique 'name' (a Python identifier), not {name!r}", cell)
        if isinstance(points, bool) or not isinstance(points, int | float) or not points > 0:
            raise self.fault(f"the written question '{name}' needs 'points' above zero, not {points!r}", cell)
        self.written[name] = float(points)
        question = markdown_cell(cell.source, nbgrader=role(f"question_{name}", locked=True))
        question.metadata[LINE] = cell.metadata[LINE]
        embed_drawings(question, self.path)
        answer = role(written_id(name), solution=True, points=points)
        return [question, markdown_cell("YOUR ANSWER HERE", nbgrader=answer)]

    def plain(self, cell: NotebookNode) -> NotebookNode:
        self.must_be_public(cell)
        tags = [tag for tag in self.tags(cell) if not tag.startswith(NEEDS)]
        if cell.cell_type == "markdown":
            embed_drawings(cell, self.path)
        else:
            needed, alt = self.needed(cell), self.alt(cell)
            if needed or alt:
                cell.source = self.when_ready(cell, needed, alt)
            if alt:
                cell.metadata.update(copy.deepcopy(FOLDED))
                tags += FOLDED["tags"]
        cell.metadata.pop("tags", None)
        if tags:
            cell.metadata["tags"] = tags
        return cell

    def needed(self, cell: NotebookNode) -> list[str]:
        """The exercises that the cell's tags name, which are all that it uses."""
        needed = [tag.removeprefix(NEEDS) for tag in self.tags(cell) if tag.startswith(NEEDS)]
        used = {node.id for node in ast.walk(self.parsed(cell)) if isinstance(node, ast.Name)} & set(self.exercises)
        for name in needed:
            if name not in self.exercises:
                raise self.fault(f"there is no exercise '{name}' for the tag '{NEEDS}{name}'", cell)
        for name in sorted(used - set(needed)):
            raise self.fault(f"this cell uses {name}, so it needs the tag '{NEEDS}{name}'", cell)
        return needed

    def alt(self, cell: NotebookNode) -> str:
        """What the cell's picture shows, on one line; empty for a cell that draws nothing."""
        alt = cell.metadata.pop(ALT, "")
        if not isinstance(alt, str):
            raise self.fault(f"a cell's '{ALT}' must be text that says what its picture shows, not {alt!r}", cell)
        if alt and re.search(r"\bplt\.show\(", cell.source):
            raise self.fault(f"a cell with '{ALT}' shows its picture itself: leave plt.show() out", cell)
        return " ".join(alt.split())

    def when_ready(self, cell: NotebookNode, needed: list[str], alt: str) -> str:
        """The cell's code, wrapped to say what it waits for until the exercise works."""
        described = "\n".join(json.dumps(f"{line} ", ensure_ascii=False) for line in textwrap.wrap(alt, 84))
        arguments = [*map(json.dumps, needed), *([f"alt={described}"] if alt else [])]
        listed = ", ".join(arguments) if not alt else "\n" + textwrap.indent(",\n".join(arguments), "    ") + ",\n"
        wrapped = f"with when_ready({listed}):\n{textwrap.indent(cell.source.strip(), '    ')}"
        inside = ast.parse(wrapped).body[0]
        assert isinstance(inside, ast.With)
        if list(map(ast.dump, inside.body)) != list(map(ast.dump, self.parsed(cell).body)):
            raise self.fault("this cell cannot be indented, because a string in it spans several lines", cell)
        return wrapped

    # checks

    def points_fit(self) -> None:
        for name in self.exercises:
            if not self.points.get(name, 0) > 0:
                raise CourseError(self.reference.path, f"no hidden test gives points to '{name}'")
        for name in self.points:
            if name not in self.exercises:
                raise CourseError(
                    self.reference.path, f"hidden tests give points to '{name}', which this notebook lacks"
                )

    def all_placed(self) -> None:
        for name in self.exercises:
            if name not in self.placed:
                raise self.fault(f"the exercise '{name}' has no cell in this notebook")

    def must_be_public(self, cell: NotebookNode) -> None:
        for name in self.exercises:
            if re.search(rf"^\s*from\s+solutions\.\w+\s+import\b.*\b{name}\b", cell.source, re.MULTILINE):
                raise self.fault(f"this cell imports the exercise '{name}', so it needs the tag 'exercise'", cell)
        found = INSTRUCTORS_ONLY.search(cell.source)
        if found:
            raise self.fault(f"students do not have this: {found[0].strip()}", cell)

    def fill_in_points(self, cells: list[NotebookNode], author: NotebookNode) -> None:
        worth = {**self.points, **self.written}

        for cell in cells:

            def filled(match: re.Match[str], cell: NotebookNode = cell) -> str:
                if match[1] not in worth:
                    raise self.fault(f"{match[0]} names no exercise or written question", cell)
                return f"{worth[match[1]]:g}"

            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\{\{\s*points\.(\w+)\s*\}\}", filled, cell.source)
            cell.metadata.pop(LINE, None)

    # reading a cell

    def tags(self, cell: NotebookNode) -> list[str]:
        tags = cell.metadata.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise self.fault(f"a cell's tags must be a list of words, not {tags!r}", cell)
        return tags

    def parsed(self, cell: NotebookNode) -> ast.Module:
        source: str = cell.source
        try:
            return ast.parse(source)
        except SyntaxError as fault:
            raise self.fault(
                f"this cell is not plain Python: {fault.msg}: {(fault.text or '').strip()}", cell
            ) from None

    def fault(self, text: str, cell: NotebookNode | None = None) -> CourseError:
        return CourseError(self.path, text, line=cell.metadata.get(LINE) if cell else None)


def _full_function(exercise: Exercise) -> str:
    """The exercise with its solution between nbgrader's marks, where the release has `raise NotImplementedError()`."""
    solutions = (f"### BEGIN SOLUTION\n{piece.body}\n### END SOLUTION" for piece in exercise.pieces)
    return "\n".join(
        f"{piece.stub}\n{textwrap.indent(solution, piece.indent)}"
        for piece, solution in zip(exercise.pieces, solutions, strict=True)
    )
