"""Whole messages over a socket: in however many pieces they come, and no longer than until their deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from autograder.errors import WireError
from autograder.sandbox.common import messages
from autograder.sandbox.host.channel import TICK, Channel, Closed, DeadlinePassed

ANSWER = messages.Missing(1, "a number")
NEXT = messages.Missing(2, "")
SOON = 5.0


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs:
        channel = Channel(ours, limit=1_000_000)
        yield channel, theirs
        channel.close()


def in_time(seconds: float = SOON) -> float:
    return time.monotonic() + seconds


def test_a_message_in_many_pieces_is_one(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends

    def drip() -> None:
        for byte in messages.frame(ANSWER):
            theirs.send(bytes([byte]))

    sender = threading.Thread(target=drip)
    sender.start()
    assert channel.receive(in_time()) == ANSWER
    sender.join()


def test_two_messages_in_one_piece_are_two(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(messages.frame(ANSWER) + messages.frame(NEXT))
    assert [channel.receive(in_time()), channel.receive(in_time())] == [ANSWER, NEXT]
    assert channel.size == len(messages.frame(NEXT)) - messages.HEADER


def test_one_that_takes_longer_than_the_kernel_waits_still_arrives(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    sender = threading.Timer(1.5 * TICK, theirs.sendall, [messages.frame(ANSWER)])
    sender.start()
    assert channel.receive(in_time()) == ANSWER
    sender.join()


@pytest.mark.parametrize("sent", [b"", messages.frame(ANSWER)[:-1]], ids=["nothing", "a part"])
def test_what_does_not_come_in_time_is_a_deadline(ends: tuple[Channel, socket.socket], sent: bytes) -> None:
    channel, theirs = ends
    theirs.sendall(sent)
    begun = time.monotonic()
    with pytest.raises(DeadlinePassed):
        channel.receive(in_time(1.2 * TICK))
    assert time.monotonic() - begun >= 1.2 * TICK


def test_a_drip_that_never_ends_is_a_deadline(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    over = threading.Event()

    def drip() -> None:
        theirs.sendall(b"\x00\x00\xff\xff")
        while not over.wait(0.01):
            theirs.send(b"x")

    sender = threading.Thread(target=drip)
    sender.start()
    with pytest.raises(DeadlinePassed):
        channel.receive(in_time(2 * TICK))
    over.set()
    sender.join()


def test_one_who_does_not_read_is_a_deadline(ends: tuple[Channel, socket.socket]) -> None:
    channel, _ = ends
    with pytest.raises(DeadlinePassed):
        channel.send(messages.Execute(0, "x" * 10_000_000), in_time(2 * TICK))


def test_a_long_message_arrives_whole(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    message = messages.Execute(0, "x" * 3_000_000)
    sender = threading.Thread(target=channel.send, args=(message, in_time()))
    sender.start()
    with theirs.makefile("rb") as file:
        assert messages.to_student(file.read(len(messages.frame(message)))[messages.HEADER :]) == message
    sender.join()


def test_the_other_end_is_gone(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.close()
    with pytest.raises(Closed):
        channel.receive(in_time())
    with pytest.raises(Closed):
        channel.send(messages.Execute(0, "x"), in_time())


def test_a_message_over_the_bound_is_not_read(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall((1_000_001).to_bytes(4, "big"))
    with pytest.raises(WireError, match="over the limit"):
        channel.receive(in_time())
