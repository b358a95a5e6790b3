"""Hidden tests on the course's own answers, in this process and without walls: fast, and for trusted code only."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from autograder.sandbox.common.messages import NotSent, Packer, Raised, Unsendable
from autograder.sandbox.common.object_table import Absent, ObjectTable, is_made
from autograder.sandbox.common.observe import Observation, copy, observe
from autograder.sandbox.host.replies import NotThere, ObjectHandle, Reply, Step


def notebook_names(reference: ModuleType, mistakes: ModuleType, sources: Mapping[str, str]) -> dict[str, Any]:
    """The namespace of a notebook with these answers, which call one another as a student's do."""
    both = {**vars(mistakes), **vars(reference)}
    names = {name: value for name, value in both.items() if not name.startswith("__")}
    names["__name__"] = "notebook"
    for source in sources.values():
        exec(compile(source, "<notebook>", "exec"), names)
    return names


class LocalSession:
    """Answers calls as a sandbox session does, but with functions and classes of this process."""

    lending = False

    def __init__(self, names: dict[str, Any]) -> None:
        self._names, self._objects = names, ObjectTable()

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Calls the answer of that name, with the names in ``bound`` replaced by other functions for the call."""
        if self._names.get(name) is None:
            return NotThere("")
        return self._replied(lambda: self._names[name], args, kwargs, bound, drain=True)

    def use(
        self,
        step: Step,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Makes an object or uses one, as `call` calls a function."""
        number = step.on.number if step.on else 0
        making = step.verb == "make"
        seen = self._replied(
            lambda: self._objects.action(step.verb, number, step.name, self._names),
            args,
            kwargs,
            bound,
            drain=not making,
        )
        if making and isinstance(seen, Observation) and is_made(seen.value):
            return replace(seen, value=ObjectHandle(self._objects.keep(seen.value), type(seen.value).__name__))
        return seen

    def _replied(
        self,
        find: Callable[[], Callable[..., Any]],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None,
        *,
        drain: bool,
    ) -> Reply:
        """What became of an action on copies of these arguments."""
        before = dict(self._names)
        self._names.update(bound or {})
        try:
            given, named = [copy(value) for value in args], {key: copy(value) for key, value in kwargs.items()}
            with contextlib.redirect_stdout(io.StringIO()):
                seen = observe(find(), given, named, drain=drain)
            if drain:
                Packer().pack(seen.value)
        except Absent as fault:
            return NotThere(fault.found)
        except Unsendable as fault:
            return NotSent(0, fault.what)
        except Exception as fault:
            return Raised(0, type(fault).__name__, tuple(c.__name__ for c in type(fault).__mro__), str(fault), ())
        finally:
            self._names.clear()
            self._names.update(before)
        return seen

    def forget(self, interpreter_too: bool = False) -> None:
        """Does nothing: the course's own answers depend only on their arguments."""
