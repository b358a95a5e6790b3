"""What a hidden test asks of an answer: `same`, `along`, `must_raise`, `leaves_inputs_alone`, `warns_nothing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
from msgspec import UNSET
from msgspec.structs import replace

from autograder.results import Counterexample
from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import Observation, copy
from autograder.testing.calls import Failed, RecordedCall, Unanswered
from autograder.testing.compare import difference, digits_apart
from autograder.testing.display import beside, show
from autograder.testing.plots import along_one, sketch
from autograder.testing.student_objects import StudentFunction, must_be_a_value, sentence


def same(got: Any, want: Any, call: RecordedCall | None = None) -> None:
    """Compares two values the way `agree` does, and fails the test if they differ.

    For answers that a test first has to work with, such as the weights after training.

    Args:
        got: the student's value.
        want: the right value.
        call: the call that gave it, if the report should show it; otherwise the test's last call.
    """
    must_be_a_value(got, want, call)
    found = difference(got, want)
    if found is not None:
        drawn = sketch((), got, want, parts=found.parts) if found.what == "values" else None
        mine, ours = found.parts or (got, want)
        left, right = beside(mine, ours, found.where)
        shown = Counterexample(
            call="", got=left, want=right, differs=found.what, part=found.path or UNSET, picture=drawn
        )
        raise Failed(sentence(found.message), call=call, counterexample=shown)


def along(
    function: StudentFunction,
    right: Callable[..., Any],
    name: str,
    xs: Iterable[float],
    arguments: Callable[[float], tuple[Any, ...]],
) -> None:
    """Compares many answers along one number, such as the loss for different predictions.

    All calls are made before the first answer is compared, so that the report can draw the student's curve over the
    right one.

    Args:
        function: the student's function.
        right: the reference's function.
        name: what the number is called in the report.
        xs: the numbers.
        arguments: turns a number into the arguments of a call.

    Example::

        f, right = student.mean_squared_error, reference.mean_squared_error
        along(f, right, "prediction", np.linspace(-2, 2, 21), lambda p: (y, np.array([p])))
    """
    calls = []
    for x in xs:
        call, seen = function.observe(*arguments(float(x)))
        want = right(*(copy(value) for value in call.args))
        must_be_a_value(seen.value, want, call, function.world)
        calls.append((float(x), call, seen.value, want))
    drawn = along_one(name, [(x, got, want) for x, _, got, want in calls], lambda x: right(*arguments(x)))
    for _, call, got, want in calls:
        found = difference(got, want)
        if found is not None:
            shown = function.world.counterexample(call, want=want, found=found)
            raise Failed(sentence(found.message), call=call, counterexample=replace(shown, picture=drawn))


_NOTHING: Any = object()


def fail(message: str, *, got: Any = _NOTHING, want: Any = _NOTHING) -> NoReturn:
    """Fails the test with a sentence for the student. The report shows the test's last call with it.

    Args:
        message: the sentence.
        got: the student's value, if it should be shown.
        want: the right value, if it should be shown.
    """
    if got is _NOTHING and want is _NOTHING:
        raise Failed(message)
    found = difference(got, want) if isinstance(got, np.ndarray) and isinstance(want, np.ndarray) else None
    where = found.where if found is not None and not found.path else None
    digits = digits_apart(got, want, where)
    left = None if got is _NOTHING else show(got, where, digits)
    right = None if want is _NOTHING else show(want, where, digits)
    raise Failed(message, counterexample=Counterexample(call="", got=left, want=right, differs="values"))


def must_raise(kind: type[BaseException], function: StudentFunction, *args: Any, **kwargs: Any) -> None:
    """Fails the test unless the student's function raises ``kind``, or a subclass of it, for these arguments.

    Ask for one ordinary answer first: a function that always raises passes otherwise.

    Example::

        must_raise(ValueError, student.centre, np.zeros(0))
    """
    call = function.ask(*args, **kwargs)
    if isinstance(call.reply, Raised):
        if kind.__name__ in call.reply.bases:
            return
        if call.reply.type_name == "NotImplementedError":
            raise Unanswered(call)
        message = f"It raised {call.reply.type_name}, expected {kind.__name__}."
        raise Failed(message, call=call, counterexample=function.world.counterexample(call))
    if not isinstance(call.reply, Observation):
        raise Unanswered(call)
    message = f"It returned a value, expected a {kind.__name__}."
    raise Failed(message, call=call, counterexample=function.world.counterexample(call))


def leaves_inputs_alone(function: StudentFunction, *args: Any, **kwargs: Any) -> Any:
    """Fails the test if the call changes an argument, or returns memory that it shares with one.

    Returns:
        The student's answer.

    Example::

        leaves_inputs_alone(student.centre, draw(4))
    """
    call, seen = function.observe(*args, **kwargs)
    if seen.changed or seen.shared:
        message = _touched([name for name, _ in function.world.bind(call)], seen)
        if message:
            raise Failed(message, call=call, counterexample=function.world.counterexample(call))
    return function.answer(call)


def changes_nothing(function: StudentFunction, *args: Any, **kwargs: Any) -> None:
    """Like `leaves_inputs_alone`, where another test checks the answer or the error."""
    call = function.ask(*args, **kwargs)
    if isinstance(call.reply, Observation) and call.reply.changed:
        message = _touched([name for name, _ in function.world.bind(call)], call.reply)
        if message:
            raise Failed(message, call=call, counterexample=function.world.counterexample(call))


def _touched(names: Sequence[str], seen: Observation) -> str:
    """What happened to an argument that the call must not touch, as a sentence; None if there is no such argument."""
    for position in seen.changed:
        if position < len(names):
            return f"The call changed its input {names[position]}."
    for position in seen.shared:
        if position < len(names):
            return f"The result shares its memory with the input {names[position]}: changing one changes the other."
    return ""


def warns_nothing(function: StudentFunction, *args: Any, **kwargs: Any) -> Any:
    """Fails the test if NumPy warns during the call (overflow, invalid value, division by zero).

    Returns:
        The student's answer.

    Example::

        warns_nothing(student.sigmoid, np.array([-1000.0, 1000.0]))
    """
    call, seen = function.observe(*args, **kwargs)
    if seen.warnings:
        message = f"NumPy warned: {seen.warnings[0]}."
        raise Failed(message, call=call, counterexample=function.world.counterexample(call))
    return function.answer(call)
