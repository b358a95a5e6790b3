"""The direction of imports, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from small_course import PROJECT

BESIDE_THE_STUDENT = (
    *("wire", "packed", "packing", "unpacking", "png", "later", "emptying"),
    *("observe", "objects", "runner", "shell", "warming", "figures", "pictures", "zygote", "lockdown"),
)
OWN = ("autograder", "solutions", "assignments", "bench", "tests")

# From top to bottom; what stands further up may import what stands further down, never the other way.
LAYERS = (
    ("cli",),
    ("commands",),
    ("demo", "inside_nbgrader"),
    ("results_shown", "course_shown", "walls_shown", "lms_shown", "preview_shown", "proofs_shown", "terminal"),
    ("batch", "check", "single", "doctor", "reports"),
    ("run",),
    ("engine", "classroom", "building"),
    ("worker",),
    ("material", "build"),
    ("assembly", "generating"),
    ("grading",),
    ("suite", "pytest_plugin", "judging", "callers", "diagnosis", "executed", "gradebook", "feedback"),
    ("testing",),
    ("sandbox",),
    ("course", "results", "errors"),
)


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
    """The engine's modules and those of them that each imports."""
    modules = {module_name(path): path for path in files("autograder") if "hidden" not in path.parts}
    found = {name: {other for other in imported(path) if other in modules} for name, path in modules.items()}
    return {name: others - {name, "autograder", "autograder.sandbox"} for name, others in found.items()}


def importers(prefix: str) -> set[str]:
    """The engine's modules that import this package."""
    paths = [path for path in files("autograder") if "hidden" not in path.parts]
    return {
        module_name(path) for path in paths if any(n == prefix or n.startswith(f"{prefix}.") for n in imported(path))
    }


def test_the_graph_is_read_at_all() -> None:
    assert len(graph()) > 30
    assert "autograder.engine" in graph()["autograder.batch"]


def test_no_module_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(graph()).static_order())  # raises CycleError and names the cycle
    assert len(order) == len(graph())


def _layer(module: str) -> int | None:
    part = module.split(".")[1] if "." in module else module
    return next((depth for depth, layer in enumerate(LAYERS) if part in layer), None)


@pytest.mark.parametrize("module", sorted(graph()))
def test_imports_run_down(module: str) -> None:
    own = _layer(module)
    if own is None:
        return  # a helper in no layer; cycles are looked for above
    depths = {other: _layer(other) for other in graph()[module]}
    assert [other for other, depth in depths.items() if depth is not None and depth < own] == []


@pytest.mark.parametrize("name", BESIDE_THE_STUDENT)
def test_what_runs_beside_the_student_imports_nothing_of_the_graders(name: str) -> None:
    path = PROJECT / "autograder" / "sandbox" / f"{name}.py"
    allowed = {"autograder.errors"} | {f"autograder.sandbox.{other}" for other in BESIDE_THE_STUDENT}
    modules = {module_name(p) for p in files("autograder")} - {"autograder", "autograder.sandbox"}
    assert {other for other in imported(path) if other in modules} <= allowed


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
    assert importers("nbformat") | importers("jupytext") <= {"autograder.notebook", "autograder.ipynb"}


def test_only_one_step_of_the_build_and_what_nbgrader_loads_know_nbgrader() -> None:
    known = importers("nbgrader")
    assert "autograder.generating" in known
    assert {name for name in known if not name.startswith("autograder.inside_nbgrader.")} == {"autograder.generating"}


def test_only_the_gradebook_speaks_sql() -> None:
    known = {name for name in importers("sqlalchemy") if not name.startswith("autograder.gradebook")}
    assert known <= {"autograder.nbgrader_tables"}


def test_pickle_is_nowhere() -> None:
    for module in ("pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"):
        assert importers(module) == set()
