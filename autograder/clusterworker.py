"""On a Dask worker: takes a course's parcel, keeps a warmed interpreter, and grades what it is sent, one at a time."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from distributed import WorkerPlugin

from autograder import __version__
from autograder.course import CONFIG_NAME, Course, load_course
from autograder.engine import Job, Worker
from autograder.errors import AutograderError, ClusterError
from autograder.files import write_atomically
from autograder.origin import engine_hash, environment
from autograder.sandbox.interpreter import Bounds, Interpreter

TRAVELLING = ("solutions/**/*.py", "autograder/hidden/*.py", "autograder/hidden/*.yml", "autograder/__init__.py")


@dataclass(frozen=True)
class Kit:
    """What a worker is. ``walls`` says why they cannot be built there, and is empty where they can."""

    version: str
    engine: str
    environment: Mapping[str, str]
    walls: str
    threads: int


@dataclass(frozen=True)
class Parcel:
    """All that grading a course needs, apart from submissions: files by their place, below the course or workspace."""

    name: str
    course: dict[str, bytes]
    workspace: dict[str, bytes]


def kit(dask_worker: Any = None) -> Kit:
    """Describes this process: the kit, what it runs on, and whether the walls that are always there can be built."""
    walls = ""
    if dask_worker is not None:
        try:
            with Interpreter(Bounds(), wrap=False) as interpreter:
                interpreter.wait()
        except AutograderError as fault:
            walls = str(fault)
    threads = dask_worker.state.nthreads if dask_worker is not None else 1
    return Kit(__version__, engine_hash(), environment(), walls, threads)


def pack(course: Course) -> Parcel:
    """A course's files for its workers. The same files make a parcel of the same name."""
    paths = {path for pattern in TRAVELLING for path in course.root.glob(pattern)} | {course.root / CONFIG_NAME}
    files = {str(path.relative_to(course.root)): path.read_bytes() for path in sorted(paths) if path.is_file()}
    files[CONFIG_NAME] = msgspec.json.encode(course.config)  # with the command line's settings; JSON is YAML too
    releases = sorted((course.workspace / "release").glob("*/*.ipynb"))
    released = {str(path.relative_to(course.workspace)): path.read_bytes() for path in releases}
    digest = hashlib.sha256()
    for where, data in (*files.items(), *released.items()):
        digest.update(f"{where}:{len(data)}:".encode() + data)
    return Parcel(f"introdl-{digest.hexdigest()[:16]}", files, released)


class Grading(WorkerPlugin):
    """Dask's worker plugin: gives every worker, and each that joins later, the course."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel

    def setup(self, worker: Any) -> None:
        """Unpacks the course on a worker."""
        _places[self.parcel.name] = _Place(self.parcel)

    def teardown(self, worker: Any) -> None:
        """Ends the interpreter and removes the course's files."""
        place = _places.pop(self.parcel.name, None)
        if place is not None:
            place.close()


class _Place:
    """A course on this worker: its files in a folder of their own, and the engine's worker once it is needed."""

    def __init__(self, parcel: Parcel) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="introdl-"))
        root, workspace = self.folder / "course", self.folder / "workspace"
        for base, files in ((root, parcel.course), (workspace, parcel.workspace)):
            for where, data in files.items():
                write_atomically(base / where, data, root=self.folder)
        self.course = load_course(root, workspace)
        self.worker: Worker | None = None

    def grade(self, assignment: str, job: Job) -> bytes:
        if self.worker is None:
            _forget_other_courses()
            self.worker = Worker(self.course, assignment)
        elif not self.worker.serves(self.course, assignment):
            self.worker.turn_to(self.course, assignment)
        return msgspec.json.encode(self.worker.grade(job))

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
        shutil.rmtree(self.folder, ignore_errors=True)


_places: dict[str, _Place] = {}
_one_at_a_time = threading.Lock()


def grade_there(parcel: str, assignment: str, job: Job) -> bytes:
    """Grades one submission on this worker; its `Graded` as JSON.

    Raises:
        ClusterError: when the course is not here.
        WallError: when a wall cannot be built here.
    """
    with _one_at_a_time:
        place = _places.get(parcel)
        if place is None:
            raise ClusterError("this worker", "has not got the course", remedy="start the command again")
        return place.grade(assignment, job)


def _forget_other_courses() -> None:
    """Another course's `solutions` must not be taken for this one's."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "solutions"]:
        del sys.modules[name]
