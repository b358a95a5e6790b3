"""bubblewrap around the warmed interpreter: an empty network, its own processes, a file system without the course."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.sandbox.host.scratch import Scratch

SCRATCH = "/scratch"
MAX_ENTRIES = 20_000  # files and folders: each takes up to 1 kB of the kernel's memory
REMEDY = "install the package 'bubblewrap' (0.8 or newer) and allow unprivileged user namespaces"


def command(
    program: Sequence[str],
    *,
    readable: Sequence[Path],
    scratch_mb: int,
    env: Mapping[str, str],
    mount_point: Path | None = None,
) -> list[str]:
    """The command line that runs ``program`` in a file system of ``readable``, with an empty bounded scratch folder.

    With a ``mount_point``, an empty folder of ours, the number of files and folders in it is bounded as well as their
    bytes: bubblewrap itself has no option for that.
    """
    size = (scratch_mb + 4) * 2**20  # the warmed interpreter's font cache lies beside the child's folder
    line = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    line += ["--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"]
    for path in readable:
        line += ["--ro-bind-try", str(path), str(path)]
    if mount_point is None:
        line += ["--perms", "0700", "--size", str(size), "--tmpfs", SCRATCH]
    else:
        options = f"size={size},nr_inodes={MAX_ENTRIES},mode=0700"
        line = [*_in_own_mounts(options, mount_point), *line, "--uid", str(os.getuid()), "--gid", str(os.getgid())]
        line += ["--bind", str(mount_point), SCRATCH]
    line += ["--remount-ro", "/"]
    for name, value in env.items():
        line += ["--setenv", name, value]
    return [*line, "--", *program]


def _in_own_mounts(options: str, folder: Path) -> list[str]:
    """Runs what follows with a new file system on that folder, which nothing else sees and which ends with it."""
    mount = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", mount, "sh", options, str(folder)]


@functools.cache
def counts_files() -> bool:
    """Whether the number of files in the scratch folder can be bounded on this machine. Tried once."""
    folder = Scratch()  # one of those that are swept if this process is killed now
    try:
        return _fault_of(_trial(folder.path)) is None
    finally:
        folder.remove()


def _trial(mount_point: Path | None = None) -> list[str]:
    system = [Path(p) for p in ("/lib", "/lib64", "/usr", "/bin", "/etc/ld.so.cache")]
    true = shutil.which("true") or "/bin/true"
    return command([true], readable=system, scratch_mb=1, env={}, mount_point=mount_point)


def _fault_of(trial: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(trial, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return f"bwrap does not run: {fault}"
    if done.returncode:
        return done.stderr.decode(errors="replace").strip()[:300] or f"bwrap ends with status {done.returncode}"
    return None


@functools.cache
def fault() -> str | None:
    """Why bubblewrap does not work on this machine, or None where it does. Tried once, with a harmless program."""
    if shutil.which("bwrap") is None:
        return "bwrap is not installed"
    return _fault_of(_trial())
