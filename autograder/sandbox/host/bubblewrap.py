"""bubblewrap around the warmed interpreter: an empty network, its own processes, a file system without the course."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRATCH = "/scratch"
REMEDY = "install the package 'bubblewrap' (0.8 or newer) and allow unprivileged user namespaces"


def command(program: Sequence[str], *, readable: Sequence[Path], scratch_mb: int, env: Mapping[str, str]) -> list[str]:
    """The command line that runs ``program`` in a file system of ``readable``, with an empty bounded scratch folder."""
    line = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    line += ["--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"]
    for path in readable:
        line += ["--ro-bind-try", str(path), str(path)]
    # the warmed interpreter's font cache lies beside the child's folder
    line += ["--perms", "0700", "--size", str((scratch_mb + 4) * 2**20), "--tmpfs", SCRATCH]
    line += ["--remount-ro", "/"]
    for name, value in env.items():
        line += ["--setenv", name, value]
    return [*line, "--", *program]


@functools.cache
def fault() -> str | None:
    """Why bubblewrap does not work on this machine, or None where it does. Tried once, with a harmless program."""
    if shutil.which("bwrap") is None:
        return "bwrap is not installed"
    system = [Path(p) for p in ("/lib", "/lib64", "/usr", "/bin", "/etc/ld.so.cache")]
    trial = command([shutil.which("true") or "/bin/true"], readable=system, scratch_mb=1, env={})
    try:
        done = subprocess.run(trial, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return f"bwrap does not run: {fault}"
    if done.returncode:
        return done.stderr.decode(errors="replace").strip()[:300] or f"bwrap ends with status {done.returncode}"
    return None
