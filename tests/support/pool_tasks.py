"""What the tests of a pool have its workers do. A worker imports it by this name, so it is no part of a test's file."""

from __future__ import annotations

import time

from dying import at_once, in_the_middle_of_its_answer

SECONDS = 60.0


def length(data: bytes) -> int:
    """How much came."""
    return len(data)


def sleep(data: bytes) -> None:
    """Longer than any test waits."""
    time.sleep(SECONDS)


def die(data: bytes) -> None:
    """Ends the worker at once."""
    at_once()


def die_while_answering(data: bytes) -> None:
    """Ends the worker in the middle of its answer."""
    in_the_middle_of_its_answer()
