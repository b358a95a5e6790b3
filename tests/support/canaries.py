"""Canaries: what no submission may touch, laid out before a run and examined after it.

Files in the places that a hostile notebook might try, each with a token of its own that no output may hold; names at
which nothing may appear; listeners on the loopback interface that must hear nothing; a secret in the environment; and
a bystander process that must stay alive. `Canaries.told()` is what a case may know of them: all but the tokens.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = "AUTOGRADER_CANARY"
os.environ.setdefault(ENVIRONMENT, f"canary{secrets.token_hex(12)}")  # before the first worker is forked
TOLD = "canaries.json"
BYSTANDER = "import sys; print('here', flush=True); [print('here', flush=True) for line in sys.stdin]"
PATIENCE = 60.0  # seconds for the bystander's answer on a busy machine


@dataclass(frozen=True)
class Found:
    """One canary after the run, and what happened to it: nothing when ``touched`` is empty."""

    kind: str
    name: str
    touched: str = ""


@dataclass(frozen=True)
class _Kept:
    data: bytes
    mode: int
    changed: int


class Canaries:
    """All canaries of one run.

    Args:
        folders: where a file with a token is laid and a name is watched, such as the home folder.
    """

    def __init__(self, stack: ExitStack, folders: Iterable[Path]) -> None:
        self.number = secrets.token_hex(6)
        self.tokens = {"the environment": os.environ[ENVIRONMENT]}
        self._files: dict[Path, _Kept] = {}
        self._drops = [folder / f"canary-{self.number}-dropped" for folder in folders]
        for drop in self._drops:
            path = drop.with_name(f"canary-{self.number}.txt")
            path.write_text(self._token(str(path)))
            path.chmod(0o644)
            stack.callback(path.unlink, missing_ok=True)
            stack.callback(_remove, drop)
            self._files[path] = _kept(path)
        self._listeners = dict(_listeners(stack, self.number))
        self._process = stack.enter_context(_bystander())

    def _token(self, name: str) -> str:
        self.tokens[name] = f"canary{secrets.token_hex(12)}"
        return self.tokens[name]

    def watch(self, files: Iterable[Path]) -> None:
        """Files of others whose bytes, modes and times must stay from now on."""
        self._files |= {path: _kept(path) for path in files}

    def told(self) -> dict[str, Any]:
        """Where the canaries are."""
        addresses = {name: listener.getsockname() for name, listener in self._listeners.items()}
        return {
            "files": [str(path) for path in self._files],
            "drops": [str(path) for path in self._drops],
            "tcp": addresses["TCP"],
            "udp": addresses["UDP"],
            "abstract": addresses["abstract socket"].decode(),
            "datagrams": addresses["abstract datagrams"].decode(),
            "path": addresses["socket in a folder"],
            "bystander": self._process.pid,
            "grader": os.getpid(),
            "environment": ENVIRONMENT,
        }

    def examine(self, outputs: Iterable[bytes]) -> tuple[Found, ...]:
        """What became of each. ``outputs`` is all that was written for people during the run."""
        text = b"\n".join(outputs)
        found = [Found("file", str(path), _difference(path, kept)) for path, kept in self._files.items()]
        found += [Found("place", str(path), "something is there" if _there(path) else "") for path in self._drops]
        found += [Found("listener", name, _heard(one)) for name, one in self._listeners.items()]
        found += [
            Found("secret", name, "it stands in an output" if token.encode() in text else "")
            for name, token in self.tokens.items()
        ]
        return (*found, Found("process", "a bystander", "" if _answers(self._process) else "it was ended or stopped"))


@contextmanager
def laid_out(*folders: Path) -> Iterator[Canaries]:
    """Canaries in these folders, in the home folder and in /tmp, while it lasts."""
    with ExitStack() as stack:
        yield Canaries(stack, dict.fromkeys((*folders, Path.home(), Path(tempfile.gettempdir()))))


def _listeners(stack: ExitStack, number: str) -> Iterator[tuple[str, socket.socket]]:
    folder = Path(tempfile.mkdtemp(prefix="canary-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    for name, family, kind, address in (
        ("TCP", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        ("UDP", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        ("abstract socket", socket.AF_UNIX, socket.SOCK_STREAM, f"\0canary-{number}"),
        ("abstract datagrams", socket.AF_UNIX, socket.SOCK_DGRAM, f"\0canary-{number}-datagrams"),
        ("socket in a folder", socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
    ):
        listener = stack.enter_context(socket.socket(family, kind))
        listener.bind(address)
        listener.setblocking(False)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        yield name, listener


@contextmanager
def _bystander() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", BYSTANDER], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _kept(path: Path) -> _Kept:
    seen = path.stat()
    return _Kept(path.read_bytes(), seen.st_mode, max(seen.st_mtime_ns, seen.st_ctime_ns))


def _difference(path: Path, before: _Kept) -> str:
    if path.is_symlink() or not path.is_file():
        return "it is gone"
    after = _kept(path)
    if after.data != before.data:
        return "its bytes have changed"
    return "" if after == before else "its time or its mode has changed"


def _there(path: Path) -> bool:
    return os.path.lexists(path)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)


def _heard(listener: socket.socket) -> str:
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(1)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return ""
    return "it heard something"


def _answers(process: subprocess.Popen[bytes]) -> bool:
    """Whether a bystander is there. One that was sent a signal may take a moment to end, but answers no more."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(b"are you there?\n")
    except BrokenPipeError:
        return False
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not _stopped(process.pid):
        if select.select([process.stdout], [], [], 0.05)[0]:
            return process.stdout.readline() == b"here\n"
    return False


def _stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "Tt"


def hand_over(canaries: Canaries, folder: Path) -> None:
    """Tells a case where the canaries are, in a file beside its notebook."""
    (folder / TOLD).write_text(json.dumps(canaries.told()))
