"""Which machine and which versions the figures come from; no name and no path of it."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder import __version__
from autograder.sandbox.host import bubblewrap

PACKAGES = ("nbgrader", "ipykernel", "nbclient", "numpy", "matplotlib", "pytest", "SQLAlchemy")


@dataclass(frozen=True)
class Machine:
    """Lines that describe the machine, and the walls that stand on it."""

    lines: tuple[str, ...]
    walls: str


def this_machine() -> Machine:
    """The machine on which this runs."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    memory = psutil.virtual_memory().total / 2**30
    cores = psutil.cpu_count(logical=True)
    lines = (
        f"{_processor()}, {cores} logical cores, {memory:.0f} GiB of memory",
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}",
        f"autograder {__version__}, {versions}",
    )
    walls = ["seccomp", "Landlock", "rlimits", "supervisor", *([] if bubblewrap.fault() else ["bubblewrap"])]
    return Machine(lines, ", ".join(walls))


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
