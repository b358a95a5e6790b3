"""The direction of imports, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from small_course import PROJECT

OWN = ("autograder", "solutions", "assignments", "bench", "tests")


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
    paths = [path for path in files("autograder") if "hidden" not in path.parts]
    return {
        module_name(path) for path in paths if any(n == prefix or n.startswith(f"{prefix}.") for n in imported(path))
    }


def test_the_graph_is_read_at_all() -> None:
    assert len(graph()) > 30
    assert "autograder.grading.engine" in graph()["autograder.runs.batch"]


def test_no_module_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(graph()).static_order())  # raises CycleError and names the cycle
    assert len(order) == len(graph())


def test_the_errors_import_nothing_of_the_kit() -> None:
    assert graph()["autograder.errors"] == graph()["autograder.results"] == set()


@pytest.mark.parametrize("path", [*files("solutions"), *files("assignments")], ids=lambda path: path.name)
def test_solutions_never_import_the_engine(path: Path) -> None:
    assert [name for name in imported(path) if name.partition(".")[0] in {"autograder", "bench", "tests"}] == []


@pytest.mark.parametrize("path", list(files("autograder/hidden")), ids=lambda path: path.name)
def test_hidden_tests_import_only_what_is_made_for_them(path: Path) -> None:
    own = {name for name in imported(path) if name.partition(".")[0] in OWN}
    assert [name for name in own if not name.startswith("autograder.testing")] == []


def test_only_two_modules_know_notebook_formats() -> None:
    assert importers("nbformat") | importers("jupytext") <= {
        "autograder.notebooks.authored",
        "autograder.notebooks.ipynb",
    }


def test_only_one_step_of_the_build_and_what_nbgrader_loads_know_nbgrader() -> None:
    known = importers("nbgrader")
    assert "autograder.authoring.nbgrader" in known
    assert {name for name in known if not name.startswith("autograder.integrations.nbgrader.")} == {
        "autograder.authoring.nbgrader"
    }


def test_only_the_gradebook_speaks_sql() -> None:
    known = {name for name in importers("sqlalchemy") if not name.startswith("autograder.gradebook")}
    assert known <= set()


def test_pickle_is_nowhere() -> None:
    for module in ("pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"):
        assert importers(module) == set()
