"""What a result is computed from, part by part, as hashes: the tests, the reference, the engine, the environment."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder import __version__
from autograder.course import Course, Revealed
from autograder.results import Provenance
from autograder.sandbox.host.readable_paths import PACKAGE

MATTERING = (
    "numpy", "scipy", "scikit-learn", "matplotlib", "matplotlib-inline", "pillow", "ipython", "traitlets", "pytest",
    "msgspec", "pyseccomp", "landlock",
)  # fmt: skip
"""Distributions whose code runs beside the student or decides on a verdict."""


def provenance_of(course: Course, assignment: str, revealed: Revealed | None = None) -> Provenance:
    """The hashes of everything that a result of this assignment depends on, apart from the submission and its seed.

    What students may see counts too, as it stands in executed notebooks: ``revealed``, or what is revealed now.
    """
    hidden, reference, mistakes = (
        course.hidden_path(assignment),
        course.reference_path(assignment),
        course.mistakes_path(assignment),
    )
    own = frozenset((hidden, reference, mistakes))
    helpers = {path: [p for p in imported_files(path, course.root) if p not in own] for path in own}
    revealed = revealed or course.revealed(assignment, datetime.now(UTC))
    shown = [revealed.hint, revealed.counterexample]
    return Provenance(
        program=__version__,
        hidden_tests=hash_of((hidden, *helpers[hidden])),
        reference=hash_of((reference, *helpers[reference])),
        mistakes=hash_of((mistakes, *helpers[mistakes])),
        release=hash_of((course.release_notebook(assignment),)),
        engine=engine_hash(),
        environment=hashlib.sha256(msgspec.json.encode(environment(), order="sorted")).hexdigest(),
        settings=hashlib.sha256(
            msgspec.json.encode((course.config.limits, course.config.figures, course.config.form, shown))
        ).hexdigest(),
    )


def fingerprint_of(origin: Provenance) -> str:
    """One hash of all parts. The version's number is not among them: the engine's source is."""
    parts = (
        origin.hidden_tests,
        origin.reference,
        origin.mistakes,
        origin.release,
        origin.engine,
        origin.environment,
        origin.settings,
    )
    return hashlib.sha256("".join(parts).encode()).hexdigest()


@functools.cache
def environment() -> Mapping[str, str]:
    """The interpreter and the distributions that matter, with their versions."""
    found = {"python": f"{platform.python_implementation()} {platform.python_version()}", "machine": platform.machine()}
    for name in MATTERING:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@functools.cache
def engine_hash() -> str:
    """The hash of the engine's own source."""
    return hash_of(sorted(PACKAGE.rglob("*.py")))


def hash_of(paths: Iterable[Path]) -> str:
    """The hash of some files' names and bytes; a missing one counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}:{len(data)}:".encode() + data)
    return digest.hexdigest()


def imported_files(path: Path, root: Path) -> tuple[Path, ...]:
    """The course's own files that a module imports, directly or indirectly, without itself and the engine's."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            tree = ast.parse(here.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # importing it will report the error
        for file in _files_of(tree, here, root):
            if file not in found and file != path:
                found.add(file)
                waiting.append(file)
    return tuple(sorted(found))


def _files_of(tree: ast.Module, here: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here.relative_to(root).parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            modules = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        for module in modules:
            place = root.joinpath(*module.split("."))
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
