"""The warmed interpreter: imports once what notebooks need, then forks a locked-down child for each submission.

It reads commands from its control socket: ``spawn`` (with the child's end of a socket attached), ``spent`` and
``reap``. It holds no hidden test, no reference and no submission, and runs no line of a student's code itself.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path

import msgspec

from autograder.errors import WallError
from autograder.sandbox.common import messages
from autograder.sandbox.common.control import Broken, Ready, Reaped, Report, Setup, Spawned, Spent, held_bytes
from autograder.sandbox.common.empty_folder import empty
from autograder.sandbox.guest import lockdown

MAX_COMMAND = 4096
MAX_FILES = 1024
CPUCLOCK_SCHED = 2  # of clock_getcpuclockid(3), which Python lacks
SWEEP_SECONDS = 3.0
GARBAGE = (20_000, 20, 20)  # figures make many objects; looking for garbage every 700 of them takes time


def main(control_fd: int, setup_json: str) -> None:
    """Runs until the control socket closes."""
    gc.disable()  # thousands of imports leave nothing to collect, and looking for it takes a fifth of a second
    control = socket.socket(fileno=control_fd)
    setup = msgspec.json.decode(setup_json, type=Setup)
    try:
        zygote = Zygote(control, setup)
    except WallError as fault:
        _send(control, Broken(fault.wall, fault.reason, fault.remedy))
        return
    except Exception as fault:
        _send(control, Broken("warm-up", f"{type(fault).__name__}: {fault}", traceback.format_exc()[-1500:]))
        return
    _send(control, Ready())
    zygote.serve()


def _processor_seconds(process: int) -> float:
    """The processor time of a process and all its threads, by the clock that the kernel keeps for it."""
    try:
        return time.clock_gettime(~process << 3 | CPUCLOCK_SCHED) if process else 0.0
    except OSError:
        return 0.0


def _send(control: socket.socket, report: Report) -> None:
    control.send(msgspec.json.encode(report))


class Zygote:
    """The warmed interpreter's state: its prepared shell, its filter, and at most one child."""

    def __init__(self, control: socket.socket, setup: Setup) -> None:
        self.control, self.setup = control, setup
        self.work = Path(setup.scratch) / "work"
        self.work.mkdir(mode=0o700, exist_ok=True)
        os.chdir(self.work)
        from autograder.sandbox.guest.preload import warm_up
        from autograder.sandbox.guest.runner import Runner

        self.runner = Runner()
        warm_up(self.runner)
        sys.path[:] = [p for p in sys.path if p != setup.project]
        self.held = held_bytes()
        self.seccomp = lockdown.prepare_seccomp()
        lockdown.drop_privileges()
        paths = [Path(p) for p in (*setup.readable, str(Path(setup.scratch) / "cache"))]
        lockdown.build_landlock([p for p in paths if p.exists()], self.work)
        lockdown.build_scope()
        lockdown.build_guard()
        gc.freeze()  # children then write to no page merely by collecting garbage
        gc.set_threshold(*GARBAGE)
        gc.enable()
        self.child = 0

    def serve(self) -> None:
        """Obeys commands until the supervisor is gone."""
        while True:
            command, fds, _, _ = socket.recv_fds(self.control, MAX_COMMAND, 1)
            if not command:
                self._kill()
                return
            if command == b"spawn":
                self._spawn(fds[0])
            elif command == b"spent":
                _send(self.control, Spent(_processor_seconds(self.child)))
            elif command == b"reap":
                self._reap()

    def _spawn(self, fd: int) -> None:
        self.child = os.fork()
        if self.child == 0:
            self._become_the_student(fd)
        os.close(fd)
        _send(self.control, Spawned(self.child))

    def _become_the_student(self, fd: int) -> None:
        """Locks the new process down, then hands over to the runner; never returns."""
        try:
            self.control.close()
            os.closerange(3, fd)
            os.closerange(fd + 1, MAX_FILES)
            sys.path.insert(0, "")  # here, and not in the interpreter, which must import nothing of a student's
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            setup = self.setup
            lockdown.die_with_parent()
            lockdown.build_rlimits(
                held=self.held,
                memory_mb=setup.memory_mb,
                cpu_seconds=setup.cpu_seconds,
                file_mb=setup.scratch_mb,
                threads=setup.threads,
            )
            lockdown.build_seccomp(self.seccomp)
            lockdown.try_walls((Path(setup.secret), Path(setup.scratch)))
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 2)  # the interpreter's own errors go to a file that every child could read and write
            os.close(nowhere)
        except WallError as fault:
            os.write(fd, messages.frame(messages.Unlocked(fault.wall, fault.reason[:500], fault.remedy[:500])))
            os._exit(1)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        try:
            self.runner.serve(fd)
        finally:
            os._exit(0)

    def _kill(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)

    def _reap(self) -> None:
        if not self.child:
            _send(self.control, Reaped(0, 0, 0))
            return
        self._kill()
        _, status, usage = os.wait4(self.child, 0)
        self.child = 0
        sig = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
        try:
            clean = empty(self.work, time.monotonic() + SWEEP_SECONDS)
        except OSError:
            clean = False
        _send(self.control, Reaped(sig, code, usage.ru_maxrss * 1024, clean))
