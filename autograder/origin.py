"""What a result is computed from, part by part, as hashes: the tests, the reference, the engine, the environment."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder import __version__
from autograder.course import Course
from autograder.parts import exercise_digests, imported_files
from autograder.results import Origin
from autograder.sandbox.places import PACKAGE

OUTSIDE_THE_ENGINE = ("hidden",)
MATTERING = (
    "numpy", "scipy", "scikit-learn", "matplotlib", "matplotlib-inline", "pillow", "ipython", "traitlets", "pytest",
    "msgspec", "pyseccomp", "landlock",
)  # fmt: skip
"""Distributions whose code runs beside the student, or decides on a verdict."""


def origin_of(course: Course, assignment: str, exercises: Iterable[str]) -> Origin:
    """The hashes of all that a result of this assignment depends on, apart from the submission and its seed."""
    hidden, reference, mistakes = (
        course.hidden_path(assignment),
        course.reference_path(assignment),
        course.mistakes_path(assignment),
    )
    own = frozenset((hidden, reference, mistakes))
    helpers = {path: [p for p in imported_files(path, course.root) if p not in own] for path in own}
    now = datetime.now(UTC)
    shown = [course.reveals("hint", assignment, now), course.reveals("counterexample", assignment, now)]
    all_helpers = hash_of(sorted({p for paths in helpers.values() for p in paths}))
    return Origin(
        program=__version__,
        hidden_tests=hash_of((hidden, *helpers[hidden])),
        reference=hash_of((reference, *helpers[reference])),
        mistakes=hash_of((mistakes, *helpers[mistakes])),
        release=hash_of((course.release_dir(assignment) / f"{assignment}.ipynb",)),
        engine=engine_hash(),
        environment=hashlib.sha256(msgspec.json.encode(environment(), order="sorted")).hexdigest(),
        settings=hashlib.sha256(msgspec.json.encode((course.config.limits, course.config.figures, shown))).hexdigest(),
        exercises={
            name: hashlib.sha256(f"{all_helpers}{digest}".encode()).hexdigest()[:32] if digest else ""
            for name, digest in _exercise_digests(hidden, mistakes, reference, tuple(exercises)).items()
        },
    )


def _exercise_digests(hidden: Path, mistakes: Path, reference: Path, exercises: tuple[str, ...]) -> dict[str, str]:
    """Empty ones where a file is missing or no Python; loading it will tell."""
    try:
        tests, wrong, right = (path.read_text(encoding="utf-8") for path in (hidden, mistakes, reference))
        return exercise_digests(tests, wrong, right, exercises)
    except (OSError, SyntaxError, ValueError):
        return dict.fromkeys(exercises, "")


def fingerprint_of(origin: Origin) -> str:
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


def same_but_for_exercises(one: Origin, other: Origin) -> bool:
    """Whether two origins differ in nothing but what belongs to single exercises."""
    return (one.release, one.engine, one.environment, one.settings, list(one.exercises)) == (
        other.release,
        other.engine,
        other.environment,
        other.settings,
        list(other.exercises),
    )


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
    """The hash of the engine's own source, without the hidden tests."""
    return hash_of(
        sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in OUTSIDE_THE_ENGINE)
    )


def hash_of(paths: Iterable[Path]) -> str:
    """The hash of some files' names and bytes; a missing one counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}:{len(data)}:".encode() + data)
    return digest.hexdigest()
