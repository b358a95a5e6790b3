"""The walls that a process builds around itself with the kernel's help: one function a wall.

Privileges go, and Landlock and a first filter of system calls go up, once, in the warmed interpreter, and every child
inherits that; seccomp's allow-list and the rlimits go up in each child before it reads a byte of the notebook. None
needs a privilege, none can be taken down again. Each child then tries them before it says that it is locked down.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import signal
import socket
import termios
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import landlock
import pyseccomp

from autograder.errors import WallError

CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_THREAD = 0x100, 0x200, 0x400, 0x10000
A_THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_THREAD
"""Flags of a thread that shares memory, folder and descriptors, so that the limits of the process bound it."""

PR_SET_PDEATHSIG = 1
LANDLOCK_KERNEL = "Landlock needs Linux 5.13 or newer with 'landlock' among the kernel's security modules"
READ = landlock.FSAccess.READ_FILE | landlock.FSAccess.READ_DIR
DEVICES_READ = ("/dev/urandom", "/dev/random", "/dev/zero")

# What the interpreter, NumPy, matplotlib and honest notebooks need once they are running, by what for; the rest answers
# EPERM. Some have a newer or older name on other architectures or kernels, and glibc takes the one that is there.
ALLOWED_FOR = {
    "reading and writing files": "read readv pread64 preadv write writev pwrite64 pwritev lseek close close_range",
    "looking at files, as import and os.path do": """stat fstat lstat newfstatat statx access faccessat faccessat2
        readlink readlinkat getdents64 statfs""",
    "a working folder of one's own": """mkdir mkdirat rmdir unlink unlinkat rename renameat ftruncate
        fallocate fsync fdatasync getcwd chdir fchdir umask flock sendfile""",
    "descriptors within the process": "dup dup2 dup3 pipe2 eventfd2",
    "memory of one's own, and np.memmap": "mmap munmap mremap mprotect msync brk",
    "threads": "futex set_robust_list rseq exit exit_group",
    "signals to oneself": "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait sigaltstack",
    "who one is, as getpass, os.path.expanduser and logging ask": "getpid gettid getppid getuid geteuid getgid getegid",
    "what one uses, as %time, %timeit and resource ask": "getrusage times uname sysinfo getcpu",
    "clocks, sleeping and alarms": """gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep alarm getitimer
        setitimer restart_syscall""",
    "processors, as thread pools ask": "sched_yield sched_getaffinity",
    "random numbers": "getrandom",
    "waiting, as asyncio and queues do": """poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait
        epoll_pwait""",
    "asyncio's pair of sockets, and the one to the grader": "recvfrom shutdown getsockopt getsockname",
}
ALLOWED_SYSCALLS = tuple(name for names in ALLOWED_FOR.values() for name in names.split())

# F_SETOWN and F_SETSIG are not among them: with those the kernel sends a signal of one's choice to any process.
ALLOWED_FCNTL = (
    fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL,
    fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW,
)  # fmt: skip


# Giving memory back, and large pages, as the allocators ask for; all else would tell or change which pages of a file
# stay in memory, where a process could leave a message for the next one.
ADVICE = (mmap.MADV_DONTNEED, mmap.MADV_HUGEPAGE)

# What neither the warmed interpreter nor a child ever needs. This filter stands before a child's own does, so that
# not one filter alone keeps a student from the network and from other processes.
FORBIDDEN_SYSCALLS = """
    socket connect bind listen accept accept4 sendmsg sendmmsg ptrace process_vm_readv process_vm_writev
    process_madvise pidfd_open pidfd_getfd pidfd_send_signal execve execveat mount umount2 move_mount open_tree fsopen
    fsmount fsconfig fspick pivot_root chroot unshare setns bpf io_uring_setup io_uring_enter io_uring_register keyctl
    add_key request_key perf_event_open userfaultfd open_by_handle_at name_to_handle_at shmget shmat shmctl msgget
    msgsnd msgrcv msgctl semget semop semctl mq_open mq_unlink memfd_create memfd_secret kexec_load kexec_file_load
    init_module finit_module delete_module tkill rt_sigqueueinfo rt_tgsigqueueinfo symlink symlinkat link linkat
    mknod mknodat setxattr lsetxattr fsetxattr
""".split()  # noqa: SIM905 - the same

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
CAPABILITY_VERSION_3 = 0x20080522
TCP_BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS = 3, 3
MAX_OPEN = 64


def drop_privileges() -> None:
    """Gives up all capabilities for good; a grader that runs as root in a container has them all.

    Raises:
        WallError: when the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # no such capability, or not allowed to drop it, and then no privilege either
    header, none = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.capset(header, none):
        raise WallError("privileges", os.strerror(ctypes.get_errno()), remedy="grade as an ordinary user")


def build_guard() -> None:
    """Loads the filter of what neither the warmed interpreter nor a child ever needs.

    Raises:
        WallError: when the kernel refuses, or a socket can be made in spite of it.
    """
    try:
        rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        rules.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
        for name in FORBIDDEN_SYSCALLS:
            _add(rules, pyseccomp.ERRNO(errno.EPERM), name)
        _add(rules, pyseccomp.ERRNO(errno.EPERM), "sendto", pyseccomp.Arg(4, pyseccomp.NE, 0))
        rules.load()
    except (OSError, RuntimeError) as fault:
        raise WallError("seccomp", str(fault), remedy="the kernel must allow seccomp filters") from None
    _must_be_refused("seccomp", "a socket can be made", socket.socket)


def build_scope() -> None:
    """Makes Landlock block TCP (Linux 6.7), and abstract sockets and signals to others (6.12), where the kernel can.

    Raises:
        WallError: when it can, and refuses.
    """
    ctypes.set_errno(0)  # the package takes an error of an earlier call for its own
    version = landlock.landlock_abi_version()
    if version < 4:
        return
    rules = (ctypes.c_uint64 * 3)(0, TCP_BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0)
    call = ctypes.CDLL(None, use_errno=True).syscall
    ruleset = call(landlock.plumbing.SYSCALL_CREATE_RULESET, rules, ctypes.c_size_t(24 if version >= 6 else 16), 0)
    if ruleset < 0 or call(landlock.plumbing.SYSCALL_RESTRICT_SELF, ruleset, 0):
        raise WallError("landlock", os.strerror(ctypes.get_errno()), remedy=LANDLOCK_KERNEL)
    os.close(ruleset)


def build_landlock(readable: Iterable[Path], writable: Path) -> None:
    """Restricts this process, and all that it forks, to reading ``readable`` and to writing below ``writable``.

    Raises:
        WallError: when the kernel has no Landlock.
    """
    try:
        ctypes.set_errno(0)
        rules = landlock.Ruleset()
        for path in readable:
            rules.allow(str(path), rules=READ if path.is_dir() else landlock.FSAccess.READ_FILE)
        files = landlock.FSAccess.READ_FILE | landlock.FSAccess.WRITE_FILE
        if landlock.landlock_abi_version() >= 3:
            files |= landlock.FSAccess.TRUNCATE
        in_folder = files | READ | landlock.FSAccess.REMOVE_DIR | landlock.FSAccess.REMOVE_FILE
        rules.allow(str(writable), rules=in_folder | landlock.FSAccess.MAKE_DIR | landlock.FSAccess.MAKE_REG)
        rules.allow("/dev/null", rules=landlock.FSAccess.READ_FILE | landlock.FSAccess.WRITE_FILE)
        rules.allow(*(d for d in DEVICES_READ if os.path.exists(d)), rules=landlock.FSAccess.READ_FILE)
        rules.apply()
    except landlock.LandlockError as fault:
        raise WallError("landlock", str(fault).splitlines()[0], remedy=LANDLOCK_KERNEL) from None


def prepare_seccomp() -> pyseccomp.SyscallFilter:
    """The allow-list of system calls as a filter that is not loaded yet; `build_seccomp` adds what the process needs.

    Raises:
        WallError: when libseccomp is missing or the kernel refuses.
    """
    try:
        rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
        rules.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
        for name in ALLOWED_SYSCALLS:
            _allow(rules, name)
        # glibc tries clone3 first, whose flags a filter cannot see; it then falls back to clone, whose flags it can
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
        _allow(rules, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, A_THREAD, A_THREAD))
        for request in (termios.TCGETS, termios.FIONREAD, termios.FIONBIO, termios.FIOCLEX, termios.TIOCGWINSZ):
            _allow(rules, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, request))
        for command in ALLOWED_FCNTL:
            _allow(rules, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
        for advice in ADVICE:
            _allow(rules, "madvise", pyseccomp.Arg(2, pyseccomp.EQ, advice))
        _allow_open(rules)
        # asyncio wakes itself through a pair of connected sockets; nothing can be sent to another address
        _allow(
            rules,
            "socketpair",
            pyseccomp.Arg(0, pyseccomp.EQ, socket.AF_UNIX),
            pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xF, socket.SOCK_STREAM),
        )
        _allow(rules, "sendto", pyseccomp.Arg(4, pyseccomp.EQ, 0))
        for option in (15, 16):  # PR_SET_NAME, PR_GET_NAME: threads name themselves
            _allow(rules, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, option))
        return rules
    except (OSError, RuntimeError) as fault:
        raise WallError("seccomp", str(fault), remedy="install libseccomp2, on a kernel with seccomp filters") from None


def _allow_open(rules: pyseccomp.SyscallFilter) -> None:
    """Opening files, but not truncating what is only opened for reading, which an older Landlock lets pass."""
    for name, flags in (("open", 1), ("openat", 2)):
        _allow(rules, name, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_TRUNC, 0))
        for mode in (os.O_WRONLY, os.O_RDWR):
            _allow(rules, name, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_ACCMODE, mode))


def build_seccomp(rules: pyseccomp.SyscallFilter) -> None:
    """Loads the filter, with signals and limits allowed for this process alone."""
    own = os.getpid()
    try:
        for name in ("kill", "tgkill"):
            _allow(rules, name, pyseccomp.Arg(0, pyseccomp.EQ, own))
        for process in (0, own):  # reading one's own limits; a new limit is a pointer in the third argument
            _allow(rules, "prlimit64", pyseccomp.Arg(0, pyseccomp.EQ, process), pyseccomp.Arg(2, pyseccomp.EQ, 0))
        rules.load()
    except OSError as fault:
        raise WallError("seccomp", str(fault), remedy="the kernel must allow seccomp filters") from None


def _allow(rules: pyseccomp.SyscallFilter, name: str, *conditions: pyseccomp.Arg) -> None:
    _add(rules, pyseccomp.ALLOW, name, *conditions)


def _add(rules: pyseccomp.SyscallFilter, action: int, name: str, *conditions: pyseccomp.Arg) -> None:
    try:
        rules.add_rule(action, name, *conditions)
    except OSError as fault:
        if fault.errno not in (errno.EDOM, errno.EFAULT, errno.EINVAL):
            raise  # those three say that this architecture has no such system call


def die_with_parent() -> None:
    """Tells the kernel to kill this process when its parent ends for any reason."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def build_rlimits(*, held: int, memory_mb: int, cpu_seconds: float, file_mb: int, threads: int | None) -> None:
    """Bounds memory (beyond the ``held`` bytes of the warmed interpreter), CPU time, files and core dumps.

    Raises:
        WallError: when a limit cannot be set.
    """
    limits = {
        resource.RLIMIT_AS: held + memory_mb * 2**20,
        resource.RLIMIT_CPU: int(cpu_seconds) + 1,
        resource.RLIMIT_FSIZE: file_mb * 2**20,
        resource.RLIMIT_NOFILE: MAX_OPEN,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if threads is not None:
        limits[resource.RLIMIT_NPROC] = threads
    try:
        for which, value in limits.items():
            _, hard = resource.getrlimit(which)
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (bound, bound))
    except (OSError, ValueError) as fault:
        raise WallError("rlimits", str(fault), remedy="the kernel must allow a process to lower its limits") from None
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file over its limit is an OSError, as Python has it


def try_walls(secrets: Iterable[Path]) -> None:
    """Tries from inside what each wall must stop, because a wall that was built but does not hold is none.

    Raises:
        WallError: for the first wall that does not hold.
    """
    for secret in secrets:
        _must_be_refused("landlock", f"{secret} can be opened", partial(os.open, secret, os.O_RDONLY))
    _must_be_refused("seccomp", "a system call off the list is let through", lambda: os.getpriority(os.PRIO_PROCESS, 0))
    _must_be_refused("seccomp", "a socket can be made", socket.socket)
    for name, most in (("NOFILE", MAX_OPEN), ("CORE", 0)):
        hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1]
        if hard == resource.RLIM_INFINITY or hard > most:
            raise WallError("rlimits", f"the limit {name} does not hold")
    if resource.RLIM_INFINITY in resource.getrlimit(resource.RLIMIT_AS):
        raise WallError("rlimits", "memory is not limited")


def _must_be_refused(wall: str, otherwise: str, attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except OSError:
        return
    raise WallError(wall, otherwise)
