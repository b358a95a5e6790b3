"""Looks at this machine: which walls hold, which versions are installed, and how to get what is missing."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import landlock

from autograder.errors import AutograderError, WallError
from autograder.sandbox.common.messages import Stream
from autograder.sandbox.host import bubblewrap, cgroup
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.supervisor import Clock, Session

PACKAGES = (
    "introdl-autograder", "numpy", "pytest", "nbgrader", "otter-grader", "ipython", "matplotlib", "scikit-learn",
    "msgspec", "pyseccomp", "landlock",
)  # fmt: skip

AUTOGROUPS = Path("/proc/sys/kernel/sched_autogroup_enabled")

# Each line tries what a wall must stop, from inside. It prints the wall's name when the wall held.
PROBE = """
import os, resource, socket
def held(wall, attempt):
    try:
        attempt()
    except OSError:
        print(wall)
held("seccomp", lambda: os.fork() or os._exit(0))
held("seccomp-network", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
held("landlock", lambda: os.listdir("/etc"))
held("landlock-write", lambda: open("../outside", "w"))
if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
    print("rlimits")
if os.getppid() <= 3:
    print("bubblewrap")
"""

# What Landlock keeps, and since which version of its interface; all that the kernel has is used.
LANDLOCK_RULES = (
    (1, "files"),
    (2, "moves between folders"),
    (3, "truncation"),
    (4, "TCP"),
    (5, "devices"),
    (6, "abstract sockets and signals"),
)


@dataclass(frozen=True)
class DoctorFinding:
    """One thing that was checked. ``needed`` says whether grading stops without it."""

    name: str
    good: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def walls(*, need_bubblewrap: bool = False) -> tuple[DoctorFinding, ...]:
    """Each wall, tried from inside a real student's process; bubblewrap is needed if the course says so."""
    fault = bubblewrap.fault()
    try:
        held = _probe(wrap=fault is None)
        broken = None
    except AutograderError as error:
        held, broken = set(), error
    return (
        _finding("seccomp", {"seccomp", "seccomp-network"} <= held, "processes and sockets are refused", broken),
        _finding(
            "landlock", {"landlock", "landlock-write"} <= held, f"files outside are out of reach, {_abi()}", broken
        ),
        _finding("rlimits", "rlimits" in held, "memory, processor time and files are bounded", broken),
        DoctorFinding(
            "bubblewrap",
            fault is None and "bubblewrap" in held,
            fault or f"own processes, empty network, no course files, {_files()}",
            "" if fault is None else bubblewrap.REMEDY,
            needed=need_bubblewrap,
        ),
        _control_group(),
        _finding("supervisor", broken is None, "an endless loop was stopped", broken),
    )


def _control_group() -> DoctorFinding:
    kinds = cgroup.kinds()
    if kinds:
        return DoctorFinding("control group", True, f"{' and '.join(kinds)} bounded, {_shares()}", needed=False)
    remedy = "run the command by `systemd-run --user --scope -p Delegate=yes`, or as root"
    return DoctorFinding("control group", False, f"none can be made here; {_shares()}", remedy, needed=False)


def _shares() -> str:
    """Each interpreter has its own session, and so its own autogroup, where the kernel has them."""
    with contextlib.suppress(OSError):
        if AUTOGROUPS.read_text(encoding="ascii").strip() == "1":
            return "each submission has one share of the processor (autogroup)"
    return "threads compete for the processor one by one (no autogroups)"


def _finding(wall: str, good: bool, detail: str, broken: AutograderError | None) -> DoctorFinding:
    if good:
        return DoctorFinding(wall, True, detail)
    remedy = broken.remedy if isinstance(broken, WallError) else ""
    return DoctorFinding(wall, False, str(broken) if broken else "the attempt from inside was not stopped", remedy)


def _abi() -> str:
    try:
        version = landlock.landlock_abi_version()
        return f"ABI {version}: {', '.join(rule for since, rule in LANDLOCK_RULES if version >= since)}"
    except landlock.LandlockError as fault:
        return str(fault).splitlines()[0]


def _files() -> str:
    most = f"{bubblewrap.MAX_ENTRIES:,}"
    return f"at most {most} scratch files" if bubblewrap.counts_files() else "any number of scratch files"


def _probe(*, wrap: bool) -> set[str]:
    cells = [(0, PROBE), (1, "while True:\n    pass")]
    with Interpreter(Bounds(), wrap=wrap) as interpreter:
        session = Session(interpreter, cells, clock=Clock(cell=1.0))
        runs = session.run_notebook()
        session.close()
    if runs[1].fault is None:
        raise WallError("supervisor", "an endless loop ended by itself")
    return {word for output in runs[0].outputs if isinstance(output, Stream) for word in output.text.split()}


def versions() -> tuple[DoctorFinding, ...]:
    """The versions of Python, the kernel and the packages that grading depends on."""
    found = [DoctorFinding("Python", sys.version_info >= (3, 11), platform.python_version(), "3.11 or newer is needed")]
    found.append(DoctorFinding("Linux", sys.platform == "linux", platform.release(), "grading runs on Linux"))
    for name in PACKAGES:
        try:
            found.append(DoctorFinding(name, True, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append(DoctorFinding(name, False, "not installed", f"pip install {name}"))
    return tuple(found)


def machine() -> tuple[DoctorFinding, ...]:
    """What this machine has to offer."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    free = shutil.disk_usage(".").free / 2**30
    return (
        DoctorFinding("processor cores", True, f"{cores}: `grade --jobs {cores}` uses them all"),
        DoctorFinding("memory", memory >= 2, f"{memory:.1f} GiB", "2 GiB are needed"),
        DoctorFinding("free disk space", free >= 1, f"{free:.1f} GiB", "1 GiB is needed"),
    )
