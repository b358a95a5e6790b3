"""Hidden tests on the course's own answers, in this process and without walls: fast, and for trusted code only."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from autograder.sandbox.common.messages import NotSent, Packer, Raised, Unsendable
from autograder.sandbox.common.observe import copy, observe
from autograder.sandbox.host.replies import NotThere, Reply, Step


def notebook_names(reference: ModuleType, mistakes: ModuleType, sources: Mapping[str, str]) -> dict[str, Any]:
    """The namespace of a notebook with these answers, which call one another as a student's do."""
    both = {**vars(mistakes), **vars(reference)}
    names = {name: value for name, value in both.items() if not name.startswith("__")}
    names["__name__"] = "notebook"
    for source in sources.values():
        exec(compile(source, "<notebook>", "exec"), names)
    return names


class LocalSession:
    """Answers calls as a sandbox session does, but with functions of this process. Classes are not supported."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Calls the answer of that name, with the names in ``bound`` replaced by other functions for the call."""
        function = self._names.get(name)
        if function is None:
            return NotThere("")
        before = dict(self._names)
        self._names.update(bound or {})
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                seen = observe(function, [copy(value) for value in args], {k: copy(v) for k, v in kwargs.items()})
            Packer().pack(seen.value)
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

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Mapping[str, Any], *more: Any, **named: Any) -> Reply:
        """Objects are not supported."""
        return NotThere("")
