"""Whether the supervisor's own wall can be built here: to wait no longer than a deadline, and to end a process."""

from __future__ import annotations

import os
import socket
from functools import cache

from autograder.errors import WallError

REMEDY = "the kernel, or what surrounds this process, must allow poll and kill"


@cache
def try_supervision() -> None:
    """Tries both once. They are all that stands before an endless loop.

    Raises:
        WallError: when a deadline does not come, or no process could be ended.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.001)
        try:
            ours.recv(1)
        except TimeoutError:
            pass
        except OSError as fault:
            raise WallError("supervisor", f"no deadline can be waited for ({fault})", remedy=REMEDY) from None
    try:
        os.kill(os.getpid(), 0)
    except OSError as fault:
        raise WallError("supervisor", f"no process can be ended ({fault})", remedy=REMEDY) from None
