"""On a Dask worker: takes a course's files, keeps a warmed interpreter, and grades what it is sent, one at a time."""

from __future__ import annotations

import functools
import hashlib
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from distributed import Reschedule, WorkerPlugin

from autograder import __version__
from autograder.course import CONFIG_NAME, Course, load_course
from autograder.errors import AutograderError, ClusterError
from autograder.grading.worker import Job, Worker
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.scratch import Scratch, sweep
from autograder.workspace.files import write_atomically
from autograder.workspace.fingerprint import engine_hash, environment

logger = logging.getLogger("distributed.worker.introdl")  # below Dask's own, which shows what is logged
TRAVELLING = ("solutions/**/*.py", "solutions/**/*.yml")


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker is. ``walls`` says why they cannot be built there; it is empty if they can."""

    version: str
    engine: str
    environment: Mapping[str, str]
    walls: str
    threads: int


@dataclass(frozen=True)
class CourseBundle:
    """Everything that grading a course needs, apart from submissions: files by path in course or workspace."""

    name: str
    sender: WorkerInfo
    course: dict[str, bytes]
    workspace: dict[str, bytes]


def kit(dask_worker: Any = None) -> WorkerInfo:
    """Describes this process: the kit, what it runs on, and whether the required walls can be built."""
    walls = _fault_of_walls() if dask_worker is not None else ""
    threads = dask_worker.state.nthreads if dask_worker is not None else 1
    return WorkerInfo(__version__, engine_hash(), environment(), walls, threads)


@functools.cache
def _fault_of_walls() -> str:
    try:
        with Interpreter(Bounds(), wrap=False) as interpreter:
            interpreter.wait()
    except AutograderError as fault:
        return str(fault)
    return ""


def mismatch(other: WorkerInfo | BaseException, own: WorkerInfo) -> str:
    """Why a worker must not grade for this command, or an empty text."""
    if isinstance(other, ModuleNotFoundError):
        return f"has no kit installed ({other})"
    if isinstance(other, BaseException):
        return f"{type(other).__name__}: {other}"
    if other.walls:
        return f"cannot build its walls ({other.walls})"
    if (other.version, other.engine) != (own.version, own.engine):
        there, here = f"{other.version}, engine {other.engine[:8]}", f"{own.version}, engine {own.engine[:8]}"
        return f"has another version of the kit ({there}; here {here})"
    if other.environment != own.environment:
        return "has other versions of packages that matter (see `autograder doctor` on both)"
    if other.threads != 1:
        return f"runs {other.threads} tasks at once; start it with --nthreads 1"
    return ""


def pack(course: Course) -> CourseBundle:
    """A course's files for its workers. The same files make a bundle of the same name."""
    paths = {path for pattern in TRAVELLING for path in course.root.glob(pattern)} | {course.root / CONFIG_NAME}
    files = {str(path.relative_to(course.root)): path.read_bytes() for path in sorted(paths) if path.is_file()}
    files[CONFIG_NAME] = msgspec.json.encode(course.config)  # including the command line's settings; JSON is also YAML
    releases = [
        path for what in ("release/*/*.ipynb", "releases/*.json") for path in sorted(course.workspace.glob(what))
    ]
    released = {str(path.relative_to(course.workspace)): path.read_bytes() for path in releases}
    digest = hashlib.sha256()
    for where, data in (*files.items(), *released.items()):
        digest.update(f"{where}:{len(data)}:".encode() + data)
    return CourseBundle(f"introdl-{digest.hexdigest()[:16]}", kit(), files, released)


class Grading(WorkerPlugin):
    """Dask's worker plugin: gives the course to every worker, even those that join later; unfit ones must leave."""

    def __init__(self, bundle: CourseBundle) -> None:
        self.bundle = bundle

    def setup(self, worker: Any) -> None:
        """Unpacks the course on a worker, unless it joined later and is unfit."""
        why = mismatch(kit(worker), self.bundle.sender)
        if why:
            _refused.add(self.bundle.name)
            logger.error("Leaves, as it %s", why)
            worker.loop.add_callback(worker.close, reason="unfit to grade")
            return
        _places[self.bundle.name] = _Place(self.bundle)

    def teardown(self, worker: Any) -> None:
        """Ends the interpreter and removes the course's files."""
        place = _places.pop(self.bundle.name, None)
        if place is not None:
            place.close()


class _Worker(Worker):
    """A worker that starts no new interpreter once it is ``over``, since Dask waits half a minute for running ones."""

    def __init__(self, course: Course, assignment: str, over: threading.Event) -> None:
        self._over = over
        super().__init__(course, assignment)

    def _start(self) -> Interpreter:
        if self._over.is_set():
            raise Reschedule
        return super()._start()


class _Place:
    """A course on this worker: its files in a separate folder, and the engine's worker once it is needed."""

    def __init__(self, bundle: CourseBundle) -> None:
        sweep()  # a worker that was killed left its course behind
        self.scratch = Scratch()
        folder = self.scratch.path
        root, workspace = folder / "course", folder / "workspace"
        for base, files in ((root, bundle.course), (workspace, bundle.workspace)):
            for where, data in files.items():
                write_atomically(base / where, data, root=folder)
        self.course = load_course(root, workspace)
        self.worker: _Worker | None = None
        self.over = threading.Event()

    def grade(self, assignment: str, job: Job) -> bytes:
        """Raises `Reschedule` if the course is removed in the meantime: another worker must grade it then."""
        if self.worker is None:
            self.worker = _Worker(self.course, assignment, self.over)
        elif not self.worker.serves(self.course, assignment):
            self.worker.turn_to(self.course, assignment)
        graded = self.worker.grade(job)
        if self.over.is_set():  # its interpreter was killed in the meantime
            self.worker.close()
            raise Reschedule
        return msgspec.json.encode(graded)

    def close(self) -> None:
        self.over.set()
        if self.worker is not None:
            self.worker.close()
        self.scratch.remove()


_places: dict[str, _Place] = {}
_refused: set[str] = set()
_one_at_a_time = threading.Lock()


def grade_there(bundle: str, assignment: str, job: Job) -> bytes:
    """Grades one submission on this worker; its `Graded` as JSON.

    Raises:
        ClusterError: if the course is not here.
        Reschedule: if this worker is about to leave.
        WallError: if a wall cannot be built here.
    """
    with _one_at_a_time:
        place = _places.get(bundle)
        if place is None and bundle in _refused:
            raise Reschedule
        if place is None:
            raise ClusterError("this worker", "does not have the course", remedy="start the command again")
        return place.grade(assignment, job)
