"""The direction of imports, read from the syntax trees: layers, faces, and what may run beside the student."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from small_course import PROJECT

PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")


def tables() -> dict[str, Any]:
    """The tables of the architecture page: its assignments in Python, by name."""
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    found = [node for node in ast.parse(blocks).body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in found}


LAYERS, SANDBOX, BESIDE_THE_STUDENT, FACES = tables().values()
OUTSIDE = ("solutions", "assignments", "bench", "tests")


def files(package: str) -> Iterator[Path]:
    yield from sorted((PROJECT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imported(path: Path) -> frozenset[str]:
    """The full names of all modules that a file imports when it is loaded or later, but not for type hints alone."""
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {id(inner) for node in ast.walk(tree) if _is_type_checking(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return frozenset(names)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@cache
def graph() -> dict[str, set[str]]:
    """The engine's modules, and which of them each one imports; a package that merely leads to a module is left out."""
    modules = {module_name(path): path for path in files("autograder")}
    found = {name: {other for other in imported(path) if other in modules} for name, path in modules.items()}
    return {
        name: {other for other in others if other != name and not any(o.startswith(f"{other}.") for o in others)}
        for name, others in found.items()
    }


def importers(prefix: str) -> set[str]:
    """The engine's modules that import this package."""
    return {
        module_name(path)
        for path in files("autograder")
        if any(name == prefix or name.startswith(f"{prefix}.") for name in imported(path))
    }


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def layer(module: str) -> int:
    return next(depth for depth, names in enumerate(LAYERS) if room(module) in names)


def top_level() -> set[str]:
    paths = {path for path in (PROJECT / "autograder").iterdir() if path.name != "__pycache__"}
    return {path.name.removesuffix(".py") for path in paths} - {"__init__", "__pycache__"}


RULED = sorted(name for name in graph() if room(name))


def test_every_top_level_name_stands_in_exactly_one_layer() -> None:
    assert sorted(name for names in LAYERS for name in names) == sorted(top_level())


def test_the_page_draws_every_name_and_says_what_each_room_does() -> None:
    drawn = re.search(r"```text\nautograder/\n(.*?)```", PAGE, re.DOTALL)
    assert drawn
    assert top_level() <= set(re.findall(r"(\w+)(?:/|\.py)", drawn[1]))
    rooms = {name for name in top_level() if (PROJECT / "autograder" / name).is_dir()}
    assert rooms == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))


def test_no_module_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(graph()).static_order())  # raises CycleError and names the cycle
    assert len(order) == len(graph()) > 100


@pytest.mark.parametrize("module", RULED)
def test_imports_run_down(module: str) -> None:
    others = {other for other in graph()[module] if room(other) and room(other) != room(module)}
    assert [other for other in others if layer(other) <= layer(module)] == []


@pytest.mark.parametrize("module", RULED)
def test_other_rooms_are_entered_through_their_face(module: str) -> None:
    others = {other for other in graph()[module] if room(other) in FACES and room(other) != room(module)}
    inside = {other: ".".join(other.split(".")[2:]) for other in others}
    assert [other for other, name in inside.items() if name not in FACES[room(other)]] == []


@pytest.mark.parametrize("module", [name for name in RULED if name.startswith("autograder.sandbox.")])
def test_inside_the_sandbox_host_and_guest_never_meet(module: str) -> None:
    def depth(name: str) -> int:
        return next(i for i, names in enumerate(SANDBOX) if name.split(".")[2] in names)

    part = module.split(".")[2]
    others = {o for o in graph()[module] if o.startswith("autograder.sandbox.") and o.split(".")[2] != part}
    assert [other for other in others if depth(other) <= depth(module)] == []


@pytest.mark.parametrize("path", [*files("autograder/sandbox/guest"), *files("autograder/sandbox/common")], ids=str)
def test_what_runs_beside_the_student_imports_nothing_of_the_graders(path: Path) -> None:
    allowed = tuple(f"autograder.{name}" for name in BESIDE_THE_STUDENT)
    others = graph()[module_name(path)]
    assert [other for other in others if not any(other == a or other.startswith(f"{a}.") for a in allowed)] == []


def test_the_errors_import_nothing_of_the_kit() -> None:
    assert graph()["autograder.errors"] == graph()["autograder.results"] == set()


def _outside(path: Path) -> set[str]:
    return {name for name in imported(path) if name.partition(".")[0] in ("autograder", *OUTSIDE)}


def course_files(folder: str) -> list[Path]:
    return sorted((PROJECT / folder).glob("*.py"))


@pytest.mark.parametrize("path", course_files("solutions") + course_files("solutions/alternatives"), ids=str)
def test_references_and_alternatives_never_import_the_engine(path: Path) -> None:
    assert [name for name in _outside(path) if not name.startswith("solutions")] == []


@pytest.mark.parametrize("path", course_files("solutions/hidden") + course_files("solutions/mistakes"), ids=str)
def test_hidden_tests_and_mistakes_import_only_what_is_made_for_them(path: Path) -> None:
    assert [name for name in _outside(path) if not name.startswith(("autograder.testing", "solutions"))] == []


def test_only_two_modules_know_notebook_formats() -> None:
    assert importers("nbformat") | importers("jupytext") <= {
        "autograder.notebooks.authored",
        "autograder.notebooks.ipynb",
    }


def test_only_one_step_of_the_build_and_what_nbgrader_loads_know_nbgrader() -> None:
    outside = {name for name in importers("nbgrader") if not name.startswith("autograder.integrations.nbgrader.")}
    assert outside == {"autograder.authoring.nbgrader"}


def test_only_the_gradebook_speaks_sql() -> None:
    assert {room(name) for name in importers("sqlalchemy")} == {"gradebook"}


def test_pickle_is_nowhere() -> None:
    for module in ("pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"):
        assert importers(module) == set()
