"""The grader's end of the socket to one student's process: whole messages, each within a deadline and a bound."""

from __future__ import annotations

import socket
import time

from autograder.sandbox import wire


class Deadline(Exception):
    """The time for this step is over."""


class Closed(Exception):
    """The other end of the socket is closed."""


class Channel:
    """Sends and receives messages. ``size`` is that of the last one received, in bytes."""

    def __init__(self, connection: socket.socket, limit: int) -> None:
        self._socket, self._limit = connection, limit
        self.size = 0

    def send(self, message: wire.ToStudent, deadline: float) -> None:
        """Sends a message.

        Raises:
            Deadline: when the other side does not read it in time.
            Closed: when there is no other side any more.
        """
        self._socket.settimeout(_left(deadline))
        try:
            self._socket.sendall(wire.frame(message))
        except TimeoutError:
            raise Deadline from None
        except OSError:
            raise Closed from None

    def receive(self, deadline: float) -> wire.FromStudent:
        """Receives a message.

        Raises:
            Deadline: when it is not there in time.
            Closed: when there is no other side any more.
            WireError: when it is no message, or over the bound.
        """
        self.size = wire.length(self._read(wire.HEADER, deadline), self._limit)
        return wire.from_student(self._read(self.size, deadline))

    def _read(self, count: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._socket.settimeout(_left(deadline))
            try:
                piece = self._socket.recv(min(count - len(data), 1 << 20))
            except TimeoutError:
                raise Deadline from None
            except OSError:
                raise Closed from None
            if not piece:
                raise Closed
            data += piece
        return bytes(data)

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Deadline
    return left
