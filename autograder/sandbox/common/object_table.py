"""Objects that a process keeps and uses by number: the student's in theirs, the reference's in the grader's.

Only the number crosses the wire. It means something only to the process that issued it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.sandbox.common.messages import Verb, describe

MAX_KEPT = 1000
"""How many objects are kept at a time; the oldest goes first. A hidden test makes far fewer."""

NOTEBOOK = "__main__"
PLAIN = ("builtins", "numpy")
CALL = "__call__"


class Absent(Exception):
    """There is no such class, object, method or attribute; ``found`` says what is there instead, or ''."""

    def __init__(self, found: str = "") -> None:
        self.found = found
        super().__init__(found)


class ObjectTable:
    """The objects of one process."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._count = 0

    def keep(self, value: Any) -> int:
        """Keeps an object, and gives its number."""
        self._count += 1
        self._objects[self._count] = value
        self._objects.pop(self._count - MAX_KEPT, None)
        return self._count

    def action(self, verb: Verb, number: int, name: str, names: Mapping[str, Any]) -> Callable[..., Any]:
        """What to call: a class among ``names``, a method, or the reading or setting of an attribute.

        Raises:
            Absent: if it is not there.
        """
        if verb == "make":
            return _callable(names.get(name))
        if number not in self._objects:
            raise Absent
        return action_on(self._objects[number], verb, name)


def action_on(target: Any, verb: Verb, name: str) -> Callable[..., Any]:
    """A method of this object, or a function that reads or sets its attribute.

    Raises:
        Absent: if there is no such method now, or no such attribute when it is read.
    """
    if verb == "set":
        return lambda value: setattr(target, name, value)
    if verb == "get":
        return lambda: _read(target, name)
    return _callable(target if name == CALL else _read(target, name))


def _read(target: Any, name: str) -> Any:
    try:
        return getattr(target, name)
    except AttributeError as fault:
        if fault.obj is target and fault.name == name:
            raise Absent from None
        raise


def _callable(found: Any) -> Callable[..., Any]:
    if not callable(found):
        raise Absent("" if found is None else describe(found))
    function: Callable[..., Any] = found
    return function


def is_made(value: Any) -> bool:
    """Whether what a class returned is an object to keep. Its type decides, which no `__class__` can hide."""
    return type(value).__module__ not in PLAIN


def is_worth_keeping(value: Any) -> bool:
    """Whether to keep an answer that cannot cross the wire: an object of the notebook's own, or a function."""
    return type(value).__module__ == NOTEBOOK or callable(value)
