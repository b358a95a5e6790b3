"""The grader's end of the socket to one student's process: whole messages, each within a deadline and a bound."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

from autograder.errors import WireError
from autograder.sandbox.common import messages

TICK = 0.25
"""The longest single wait in the kernel, in seconds, after which the deadline is checked again."""

SHORTEST = 0.02
PIECE = 1 << 16


class DeadlinePassed(Exception):
    """The time for this step is over."""


class Closed(Exception):
    """The other end of the socket is closed."""


class Channel:
    """Sends and receives messages. ``size`` is that of the last one received, in bytes.

    ``idle`` is called after each wait in the kernel in which nothing came; at least once before a deadline passes.

    The kernel bounds each wait, and learns the limit only when it changes: with Python's own limits of time, a
    message takes several system calls more.
    """

    def __init__(self, connection: socket.socket, limit: int, idle: Callable[[], None] = lambda: None) -> None:
        self._socket, self._limit, self._idle = connection, limit, idle
        self._socket.setblocking(True)
        self._waiting = 0.0
        self._rest = b""
        self.size = 0

    def send(self, message: messages.ToStudent, deadline: float) -> None:
        """Sends a message.

        Raises:
            Deadline: if the other side does not read it in time.
            Closed: if there is no other side any more.
        """
        view = memoryview(messages.frame(message))
        while view:
            self._wait_until(deadline)
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None

    def receive(self, deadline: float) -> messages.FromStudent:
        """Receives a message.

        Raises:
            Deadline: if it is not there in time.
            Closed: if there is no other side any more.
            WireError: if it is not a message, or over the bound.
        """
        self.size = messages.length(self._read(messages.HEADER, deadline), self._limit)
        try:
            return messages.from_student(self._read(self.size, deadline))
        except MemoryError:
            raise WireError("more than the grader has memory for") from None

    def _read(self, count: int, deadline: float) -> bytes:
        """Reads this many bytes.

        A message usually comes in one piece: what follows its head is kept until it is read.
        """
        data = bytearray(self._rest)
        while len(data) < count:
            data += self._piece(deadline)
        self._rest = bytes(data[count:])
        del data[count:]
        return bytes(data)

    def _piece(self, deadline: float) -> bytes:
        while True:
            self._wait_until(deadline)
            try:
                piece = self._socket.recv(PIECE)
            except BlockingIOError:
                self._idle()
                continue
            except OSError:
                raise Closed from None
            if not piece:
                raise Closed
            return piece

    def _wait_until(self, deadline: float) -> None:
        """Tells the kernel to wait no longer than the deadline, at which `DeadlinePassed` is raised."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        waiting = min(max(left / 2, SHORTEST), TICK)
        if waiting != self._waiting:
            self._waiting = waiting
            limit = struct.pack("@ll", int(waiting), int(waiting % 1 * 1e6) + 1)  # a struct timeval; zeros are no limit
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                self._socket.setsockopt(socket.SOL_SOCKET, option, limit)

    def close(self) -> None:
        self._socket.close()
