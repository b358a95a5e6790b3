"""The grader's end of a warmed interpreter: starts it inside its walls, has it fork children, and reaps them."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import IO, TypeVar

import msgspec

from autograder.errors import InterpreterGone, WallError
from autograder.sandbox.common.control import Broken, Ready, Reaped, Report, Setup, Spawned, Spent
from autograder.sandbox.host import bubblewrap, readable_paths
from autograder.sandbox.host.cgroup import ControlGroup
from autograder.sandbox.host.scratch import Scratch

START_SECONDS = 60.0
ANSWER_SECONDS = 20.0
MAX_THREADS = 256
BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.sandbox.guest.zygote import main; "
    "main(int(sys.argv[2]), sys.argv[3])"
)
T = TypeVar("T", Spawned, Spent, Reaped, Ready)
_report: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The limits that the kernel enforces on a child."""

    memory_mb: int = 1024
    cpu_seconds: float = 120.0
    scratch_mb: int = 64


class Interpreter:
    """One warmed interpreter with at most one child at a time.

    Args:
        bounds: the limits that the kernel enforces on each child.
        wrap: whether bubblewrap goes around it.

    """

    def __init__(self, bounds: Bounds, *, wrap: bool) -> None:
        self.bounds, self.wrap = bounds, wrap
        self._group: ControlGroup | None = None
        self._start()

    def _start(self) -> None:
        self._folder = Scratch() if not self.wrap or bubblewrap.counts_files() else None
        memory_mb = self.bounds.memory_mb + self.bounds.scratch_mb
        self._group = ControlGroup(memory_mb=memory_mb, threads=MAX_THREADS)
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the interpreter
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    self._group.around(self._command(theirs.fileno())),
                    pass_fds=[theirs.fileno()],
                    env=self._environment(),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    start_new_session=True,  # with autogroups, all its threads get one share of the processor
                )
        except BaseException:
            self.close()
            raise
        self._warm = False

    @property
    def _scratch(self) -> str:
        return bubblewrap.SCRATCH if self.wrap or not self._folder else str(self._folder.path)

    def _environment(self) -> dict[str, str]:
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")
        home = {
            "HOME": f"{self._scratch}/work",
            "IPYTHONDIR": f"{self._scratch}/cache",
            "TMPDIR": f"{self._scratch}/work",
        }
        fonts = {"MPLCONFIGDIR": f"{self._scratch}/cache", "MPLBACKEND": "agg"}
        return {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", **one, **home, **fonts}

    def _command(self, fd: int) -> list[str]:
        readable = readable_paths.readable()
        setup = Setup(
            readable=tuple(map(str, readable)),
            secret=str(readable_paths.SECRET),
            scratch=self._scratch,
            project=str(readable_paths.PROJECT),
            memory_mb=self.bounds.memory_mb,
            cpu_seconds=self.bounds.cpu_seconds,
            scratch_mb=self.bounds.scratch_mb,
            threads=MAX_THREADS if self.wrap else None,
        )
        program = [sys.executable, "-I", "-B", "-c", BOOTSTRAP]
        program += [str(readable_paths.PROJECT), str(fd), msgspec.json.encode(setup).decode()]
        if not self.wrap:
            return program
        return bubblewrap.command(
            program,
            readable=readable,
            scratch_mb=self.bounds.scratch_mb,
            env=self._environment(),
            mount_point=self._folder.path if self._folder else None,
        )

    def wait(self) -> None:
        """Waits until the interpreter is warm and its walls are up; it starts in the background.

        Raises:
            WallError: if a wall cannot be built.
            InterpreterGone: if it does not start for another reason.
        """
        if not self._warm:
            self._expect(Ready, START_SECONDS)
            self._warm = True

    def spawn(self) -> socket.socket:
        """Forks a locked-down child, and returns the grader's end of the socket to it."""
        self.wait()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"spawn"], [theirs.fileno()])
                self._expect(Spawned, ANSWER_SECONDS)
            except OSError as fault:
                ours.close()
                raise InterpreterGone(f"the warmed interpreter is gone ({fault})") from None
            except BaseException:
                ours.close()
                raise
        return ours

    def spent(self) -> float:
        """The seconds of processor time that the child has had."""
        try:
            self._control.send(b"spent")
        except OSError as fault:
            raise InterpreterGone(f"the warmed interpreter is gone ({fault})") from None
        return self._expect(Spent, ANSWER_SECONDS).seconds

    def reap(self) -> Reaped:
        """Kills the child if it still runs, waits for it, and empties its folder.

        A child that left too much behind wears its interpreter out: a new one then takes its place, so that a student's
        mess never looks like our own fault.
        """
        try:
            self._control.send(b"reap")
        except OSError as fault:
            raise InterpreterGone(f"the warmed interpreter is gone ({fault})") from None
        gone = self._expect(Reaped, ANSWER_SECONDS)
        if not gone.clean:
            self.restart()
        return gone

    def restart(self) -> None:
        """Replaces this interpreter by a new one."""
        self.close()
        self._start()

    def _expect(self, kind: type[T], seconds: float) -> T:
        self._control.settimeout(seconds)
        try:
            data = self._control.recv(65536)
            report = _report.decode(data) if data else None
        except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as fault:
            raise InterpreterGone(f"the warmed interpreter does not answer ({fault})") from None
        if isinstance(report, Broken):
            raise WallError(report.wall, report.reason, remedy=report.remedy)
        if not isinstance(report, kind):
            raise InterpreterGone(f"the warmed interpreter ended: {self.said()}")
        return report

    def said(self) -> str:
        """The last thing the interpreter wrote to its standard error, for messages."""
        self._errors.seek(0)
        return self._errors.read()[-1500:].decode(errors="replace").strip()

    def close(self) -> None:
        """Ends the interpreter and its child, and removes its folder."""
        self._control.close()
        process = getattr(self, "_process", None)
        if process is not None:
            process.kill()
            process.wait()
        self._errors.close()
        if self._group:
            self._group.remove()
        if self._folder:
            self._folder.remove()
            self._folder = None

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
