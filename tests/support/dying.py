"""The processes that grade, and how one may end in the middle of its work."""

from __future__ import annotations

import os
import sys
import threading

import psutil


def workers() -> list[psutil.Process]:
    """The processes that grade: forked from the one that has everything imported."""
    servers = [p for p in psutil.Process().children() if any("forkserver" in part for part in p.cmdline())]
    return [worker for server in servers for worker in server.children()]


def at_once() -> None:
    """Ends this worker."""
    os._exit(1)


def in_the_middle_of_its_answer() -> None:
    """Begins to write a result as this worker does, and ends it then."""
    frame = sys._current_frames()[threading.main_thread().ident or 0]  # hidden tests run in another thread
    while frame.f_code.co_name != "_process_worker":
        assert frame.f_back is not None
        frame = frame.f_back
    pipe = frame.f_locals["result_queue"]._writer.fileno()
    os.write(pipe, (1000).to_bytes(4, "big") + b"the first bytes of a thousand")
    os._exit(1)


DEADLY = (at_once.__name__, in_the_middle_of_its_answer.__name__)
