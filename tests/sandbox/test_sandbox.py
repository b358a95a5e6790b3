"""The walls, tried from inside: a notebook's cell attempts each forbidden thing, with bubblewrap and without."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.common.messages import Failure, Raised, Stream
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.readable_paths import PROJECT
from autograder.sandbox.host.replies import Died, TimedOut
from autograder.sandbox.host.supervisor import Clock, Session

CLOCK = Clock(cell=5.0, call=1.0, submission=60.0)
BOUNDS = Bounds(memory_mb=256, cpu_seconds=60, scratch_mb=16)
TRY = '''
def attempt(*tries):
    """What came of each: 'refused', or what it gave."""
    for one in tries:
        try:
            print("went through:", repr(one())[:200])
        except (OSError, MemoryError, ValueError) as fault:
            print("refused", type(fault).__name__)
'''


@pytest.fixture(scope="module", params=["with bubblewrap", "without bubblewrap"])
def interpreter(request: pytest.FixtureRequest) -> Iterator[Interpreter]:
    """A warmed interpreter, for all tests of one kind of walls."""
    wrap = request.param == "with bubblewrap"
    if wrap and bubblewrap.fault() is not None:
        pytest.skip(f"bubblewrap: {bubblewrap.fault()}")
    with Interpreter(BOUNDS, wrap=wrap) as made:
        made.wait()
        yield made


def run(interpreter: Interpreter, *cells: str) -> Session:
    """A session in which these cells have run; the caller closes it."""
    session = Session(interpreter, list(enumerate([TRY, *cells])), clock=CLOCK)
    session.run_notebook()
    return session


def said(interpreter: Interpreter, cell: str) -> str:
    """What one cell printed, or how it ended."""
    session = run(interpreter, cell)
    session.close()
    return "".join(_text(output) for output in session.runs[1].outputs) + str(session.runs[1].fault or "")


def _text(output: object) -> str:
    if isinstance(output, Stream):
        return output.text
    return f"{output.ename}: {output.evalue}" if isinstance(output, Failure) else ""


def all_refused(interpreter: Interpreter, cell: str) -> bool:
    """Whether every attempt of the cell was made, and refused."""
    words = said(interpreter, cell)
    assert "went through" not in words, words
    assert "Error: " not in words, words  # an attempt that was not made
    return "refused" in words


def test_no_file_of_the_course_or_of_others_can_be_read(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("secret")
    secrets = [
        tmp_path,
        tmp_path / "gradebook.db",
        PROJECT,
        PROJECT / "course.yml",
        PROJECT / "solutions" / "neuron.py",
    ]
    secrets += [PROJECT / "solutions" / "hidden" / "test_neuron.py", PROJECT / "autograder" / "suite.py", Path.home()]
    secrets += [Path("~root").expanduser(), Path(tempfile.gettempdir())]
    secrets += [Path(p) for p in ("/etc/passwd", "/home", "/var", "/dev/shm", "/sys/kernel")]
    for path in secrets:
        assert all_refused(
            interpreter, f"attempt(lambda: open({str(path)!r}).read(), lambda: __import__('os').listdir({str(path)!r}))"
        )


def test_nothing_is_learnt_of_other_processes(interpreter: Interpreter) -> None:
    assert all_refused(
        interpreter,
        """
import os
for who in ("self", os.getppid(), 1):
    for what in ("environ", "cmdline", "mem", "maps", "status"):
        attempt(lambda: open(f"/proc/{who}/{what}", "rb").read(50))
attempt(lambda: os.listdir("/proc"), lambda: os.listdir("/proc/self/fd"))
""",
    )


def test_no_secret_comes_with_the_environment(interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "canary")
    assert "canary" not in said(interpreter, "import os, sys; print(os.environ, sys.orig_argv)")


def test_nothing_is_written_outside_the_folder(interpreter: Interpreter, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    before = victim.stat()
    cell = f"""
import os, sys
victim, beside = {str(victim)!r}, {str(tmp_path / "new")!r}
attempt(lambda: open(victim, "w"), lambda: open(beside, "w"), lambda: os.mkdir(beside), lambda: os.unlink(victim))
attempt(lambda: os.truncate(victim, 0), lambda: os.open(victim, os.O_RDONLY | os.O_TRUNC), lambda: os.chmod(victim, 0))
attempt(lambda: os.utime(victim), lambda: os.rename(victim, beside), lambda: os.symlink(victim, "link"))
attempt(lambda: os.link(victim, "x"), lambda: open(os.__file__, "a"), lambda: os.utime(os.__file__))
attempt(lambda: os.open(os.__file__, os.O_RDONLY | os.O_TRUNC))
attempt(lambda: os.mkfifo("pipe"), lambda: os.mknod("node"), lambda: os.chroot("."), lambda: os.setuid(0))
"""
    assert all_refused(interpreter, cell)
    after = victim.stat()
    assert victim.read_text() == "untouched"
    assert (before.st_mtime_ns, before.st_mode, before.st_ctime_ns) == (
        after.st_mtime_ns,
        after.st_mode,
        after.st_ctime_ns,
    )
    assert [path.name for path in tmp_path.iterdir()] == ["victim"]


def test_no_process_can_be_made(interpreter: Interpreter) -> None:
    assert all_refused(
        interpreter,
        """
import os, pty, subprocess
attempt(os.fork, os.forkpty, pty.fork, lambda: os.execv("/bin/true", ["true"]), lambda: subprocess.run(["/bin/true"]))
attempt(lambda: os.posix_spawn("/bin/true", ["true"], {}), os.setsid)
""",
    )


def test_the_network_is_out_of_reach(interpreter: Interpreter) -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_UNIX) as unix:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        unix.bind(f"\0introdl-canary-{os.getpid()}")
        for listener in (tcp, unix):
            listener.listen()
        cell = f"""
import socket, urllib.request
attempt(lambda: socket.create_connection(("127.0.0.1", {tcp.getsockname()[1]}), 1))
attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", {udp.getsockname()[1]})))
attempt(lambda: socket.socket(socket.AF_UNIX).connect({unix.getsockname()!r}))
attempt(lambda: socket.socketpair()[0].connect({unix.getsockname()!r}), lambda: socket.getaddrinfo("example.org", 80))
attempt(lambda: socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b"x", {unix.getsockname()!r}))
attempt(lambda: urllib.request.urlopen("http://127.0.0.1:{tcp.getsockname()[1]}", timeout=1))
"""
        assert all_refused(interpreter, cell)
        for listener in (tcp, udp, unix):
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.recv(1) if listener is udp else listener.accept()


def test_no_signal_reaches_another_process(interpreter: Interpreter) -> None:
    cell = f"""
import fcntl, os, signal, socket
for target in (os.getppid(), {os.getpid()}, 0, -1, 1):
    attempt(lambda: os.kill(target, 0), lambda: os.kill(target, 9), lambda: os.killpg(target, 9))
attempt(lambda: os.pidfd_open(os.getppid()))
ours, theirs = socket.socketpair()
attempt(lambda: fcntl.fcntl(ours, fcntl.F_SETOWN, os.getppid()), lambda: fcntl.fcntl(ours, 10, signal.SIGKILL))
"""
    assert all_refused(interpreter, cell)
    assert "still here" in said(interpreter, "print('still here')")


def test_system_calls_by_number_are_refused_too(interpreter: Interpreter) -> None:
    cell = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    if libc.syscall(number, *args) == -1:
        raise OSError(ctypes.get_errno())
PTRACE, VM_READ, MOUNT, BPF, IO_URING, KEYCTL = 101, 310, 165, 321, 425, 250
MEMFD, UNSHARE, CLONE, VFORK = 319, 272, 56, 58
attempt(lambda: call(PTRACE, 16, os.getppid(), 0, 0), lambda: call(VM_READ, os.getppid(), 0, 0, 0, 0, 0))
attempt(lambda: call(MOUNT, 0, 0, 0, 0, 0), lambda: call(BPF, 0, 0, 0), lambda: call(IO_URING, 1, 0))
attempt(lambda: call(KEYCTL, 0), lambda: call(VFORK), lambda: call(MEMFD, b"x", 0))
attempt(lambda: call(UNSHARE, 0x10000000), lambda: call(CLONE, 17, 0, 0, 0, 0))
"""
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86-64")
    assert all_refused(interpreter, cell)


def test_limits_cannot_be_raised(interpreter: Interpreter) -> None:
    cell = """
import resource
for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE"):
    limit, free = getattr(resource, f"RLIMIT_{name}"), resource.RLIM_INFINITY
    attempt(lambda: resource.setrlimit(limit, (free, free)), lambda: resource.prlimit(0, limit, (1, 1)))
"""
    assert all_refused(interpreter, cell)


def test_memory_files_and_descriptors_are_bounded(interpreter: Interpreter) -> None:
    bombs = """
def fill():
    with open("big", "wb", buffering=0) as file:
        while True:
            file.write(bytes(2**20))
attempt(lambda: [bytearray(2**26) for _ in range(100)], fill)
attempt(lambda: [open("many", "w") for _ in range(100)], lambda: __import__("numpy").ones(2**30))
"""
    assert all_refused(interpreter, bombs)
    endless = (
        "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    ended = said(interpreter, endless)
    assert "can't start new thread" in ended or "TimedOut" in ended or "Died" in ended or "MemoryError" in ended
    assert "still here" in said(interpreter, "print('still here')")


def test_the_number_of_folders_is_bounded_as_each_takes_memory_of_the_kernel(interpreter: Interpreter) -> None:
    if not interpreter.wrap or not bubblewrap.counts_files():
        pytest.skip("only a file system of its own can be bounded in this way")
    many = "import os\nfor n in range(40_000):\n    os.mkdir(f'{n}')"
    assert "No space left" in said(interpreter, many)
    assert "[]" in said(interpreter, "import os\nprint(os.listdir('.'))")


def test_what_one_child_leaves_the_next_does_not_find(interpreter: Interpreter) -> None:
    leave = """
import os, threading, time
open("file", "w").write("x")
for fd in range(64):
    try:
        os.write(fd, b"for my friend")
    except OSError:
        pass
"""
    said(interpreter, leave)
    find = """
import os
print(os.listdir("."))
for fd in range(64):
    try:
        print(os.pread(fd, 100, 0))
    except OSError:
        pass
"""
    found = said(interpreter, find)
    assert "[]" in found
    assert "friend" not in found
    assert said(interpreter, find).startswith("[]")


def test_a_mess_wears_out_no_more_than_the_interpreter(interpreter: Interpreter) -> None:
    deep = "import os\nfor _ in range(1100):\n    os.mkdir('d')\n    os.chdir('d')\nos.mkdir('locked', 0)"
    said(interpreter, deep)
    assert said(interpreter, "import os\nprint(os.listdir('.'))") == "[]\n"


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("while True: pass", TimedOut),
        ("return sum(iter(int, 1))", TimedOut),
        ("import os; os._exit(0)", Died),
        ("import os; os.abort()", Died),
        ("import ctypes; ctypes.string_at(0)", Died),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", TimedOut),
        ("raise SystemExit", Raised),
        ("return f()", Raised),
        ("return bytearray(2**30)", Raised),
    ],
)
def test_after_a_bad_end_the_next_call_is_answered(interpreter: Interpreter, body: str, reply: type) -> None:
    session = run(interpreter, f"def f():\n    {body}\ndef g():\n    return 7")
    assert isinstance(session.call("f", [], {}), reply)
    answer = session.call("g", [], {})
    session.close()
    assert isinstance(answer, Observation)
    assert answer.value == 7


def test_a_callback_is_good_for_its_call_alone(interpreter: Interpreter) -> None:
    session = run(
        interpreter, "kept = []\ndef f(g):\n    kept.append(g)\n    return g(2)\ndef later():\n    return kept[0](2)"
    )
    seen: list[object] = []
    first = session.call("f", [lambda x: seen.append(x) or x + 1], {})
    later = session.call("later", [], {})
    session.close()
    assert isinstance(first, Observation)
    assert first.value == 3
    assert isinstance(later, Raised)
    assert seen == [2]


def test_a_closed_session_leaves_nothing_behind(interpreter: Interpreter) -> None:
    threads = threading.active_count()
    start = time.monotonic()
    said(interpreter, "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()")
    assert threading.active_count() == threads
    assert time.monotonic() - start < 20


def test_cells_run_on_without_a_folder(interpreter: Interpreter) -> None:
    session = run(interpreter, "import os\nos.mkdir('x')\nos.chdir('x')\nos.rmdir('../x')", "print('on')\nprint('on')")
    session.close()
    assert session.runs[2].outputs == (Stream("stdout", "on\non\n"),)


@pytest.mark.parametrize("end", ["quit()", "exit"])
def test_quitting_ends_nothing(interpreter: Interpreter, end: str) -> None:
    session = run(interpreter, end, "print('on')")
    session.close()
    assert [session.runs[index].outputs for index in (1, 2)] == [(), (Stream("stdout", "on\n"),)]


def test_a_notebook_finds_no_exception_that_the_warm_up_raised(interpreter: Interpreter) -> None:
    assert said(interpreter, "import sys\nprint([name for name in vars(sys) if name.startswith('last_')])") == "[]\n"


def test_a_package_that_was_not_warmed_is_imported_by_the_notebook(interpreter: Interpreter) -> None:
    told = said(interpreter, "from sklearn.datasets import load_iris\nprint(load_iris(as_frame=True).frame.shape)")
    assert told == "(150, 5)\n"
    assert said(interpreter, "import pandas\nprint(pandas.DataFrame({'a': [1, 2]}).a.sum())") == "3\n"
    assert said(interpreter, "from scipy.stats import norm\nprint(norm.cdf(0.0))") == "0.5\n"
    fixes = "import numpy, sklearn.utils.fixes\nprint(sklearn.utils.fixes._mode(numpy.array([4, 4, 1]), 0).mode[0])"
    assert said(interpreter, fixes) == "4\n"
