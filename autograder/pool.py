"""Worker processes that can be given up at any moment, whatever they had not read yet or were just writing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext
from typing import Any

PIECE = 1 << 16


class Pool(ProcessPoolExecutor):
    """An executor whose end waits for nothing that a dead worker owes.

    A worker that dies leaves pipes half read or half written. Python closes the first since 3.11.5 only, and waits for
    ever at both: for somebody to read a large submission (cpython issue 94777), or for the rest of a result, as it
    could write it itself.
    """

    def __init__(
        self, size: int, context: BaseContext, initializer: Callable[..., object], initargs: tuple[Any, ...]
    ) -> None:
        super().__init__(size, context, initializer, initargs)
        self._unread: int | None = os.dup(self._call_queue._reader.fileno())  # type: ignore[attr-defined]

    @property
    def lost_a_worker(self) -> bool:
        """Whether one has died. The executor may not notice one that dies while it writes."""
        return any(not process.is_alive() for process in self._workers())

    def give_up(self) -> None:
        """Kills the workers and waits for their end.

        The executor would ask them to end, but not one that just starts, and only after what its queue holds.
        """
        for process in self._workers():
            process.kill()
        if self._unread is not None:
            unread = os.dup(self._unread)
            threading.Thread(target=_read_away, args=(unread,), daemon=True, name="read away").start()
            self._result_queue._writer.close()  # type: ignore[attr-defined]
        self.shutdown(cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As the executor's own."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if self._unread is not None:
            os.close(self._unread)
            self._unread = None

    def _workers(self) -> list[Any]:
        return list((self._processes or {}).values())


def _read_away(pipe: int) -> None:
    """Takes what no worker will read, until the executor closes its end."""
    with open(pipe, "rb", buffering=0) as unread:
        while unread.read(PIECE):
            pass
