"""Who answers a hidden test's calls beside a session: one with more patience, and the reference itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import ModuleType, SimpleNamespace
from typing import Any

from autograder.sandbox.objects import Absent, Keeper
from autograder.sandbox.observe import observe
from autograder.sandbox.replies import Kept, NotThere, Reply, Step
from autograder.sandbox.wire import Packer, Raised, Unsendable


@dataclass(frozen=True)
class Patient:
    """Answers a test's calls, with a longer limit for each."""

    caller: Any
    seconds: float

    def call(self, name: str, args: tuple[Any, ...], kwargs: Any) -> Reply:
        """The caller's answer."""
        reply: Reply = self.caller.call(name, args, kwargs, seconds=self.seconds)
        return reply

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Any) -> Reply:
        """The caller's answer."""
        reply: Reply = self.caller.use(step, args, kwargs, seconds=self.seconds)
        return reply


class ByReference:
    """Answers a test's calls with the reference itself, to tell a test's own fault from an answer's."""

    def __init__(self, module: ModuleType | SimpleNamespace) -> None:
        self._module, self._keeper = module, Keeper()

    def call(self, name: str, args: tuple[Any, ...], kwargs: Any, seconds: float | None = None) -> Reply:
        """The reference's answer, observed as a student's would be."""
        try:
            return observe(getattr(self._module, name), args, kwargs)
        except Exception as fault:
            return _raised(fault)

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Any, seconds: float | None = None) -> Reply:
        """The same for the reference's objects, which are kept here."""
        number = step.on.number if step.on else 0
        try:
            action = self._keeper.action(step.verb, number, step.name, vars(self._module))
            seen = observe(action, args, kwargs, drain=step.verb != "make")
        except Absent as fault:
            return NotThere(fault.found)
        except Exception as fault:
            return _raised(fault)
        try:
            Packer().pack(seen.value)
        except Unsendable:
            return replace(seen, value=Kept(self._keeper.keep(seen.value), type(seen.value).__name__))
        return seen


def _raised(fault: Exception) -> Raised:
    bases = tuple(cls.__name__ for cls in type(fault).__mro__)
    return Raised(0, type(fault).__name__, bases, str(fault), ())
