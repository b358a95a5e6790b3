"""One call with everything that may cross beside the answer: functions, what they write, generators, bound names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.supervisor import Clock, Session

NOTEBOOK = """
import numpy as np
def base(x): return "mine"
def uses_base(x): return base(x)
def keeps(x, f):
    global stashed
    stashed = f
    return f(x)
def uses_stash(x): return stashed(x)
def writes(f):
    z = np.array([-1.0, 2.0]); f(z); return z
def draws(rng, f):
    f(rng); return rng.random()
def passes_own(f): return f(lambda x: 10 * x)
def passes_back(f, g): return f(g)
def pairs(n):
    for i in range(n): yield i, i * i
def endless():
    while True: yield 1
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Interpreter(Bounds(memory_mb=256), wrap=bubblewrap.fault() is None) as interpreter:
        made = Session(interpreter, [(0, NOTEBOOK)], clock=Clock(cell=20.0, call=10.0))
        made.run_notebook()
        yield made
        made.close()


def ask(session: Session, name: str, *args: Any, **bound: Any) -> Any:
    reply = session.call(name, args, {}, bound)
    assert isinstance(reply, Observation), reply
    return reply.value


def test_a_bound_name_stands_for_the_graders_function_during_one_call(session: Session) -> None:
    assert ask(session, "uses_base", 1, base=lambda x: x + 1) == 2
    assert ask(session, "uses_base", 1) == "mine"


class OurOwn(Exception):
    """An error that the student's process does not know."""


@pytest.mark.parametrize(
    ("error", "arrives"),
    [
        (ValueError("no entries"), "ValueError"),
        (np.linalg.LinAlgError("singular"), "ValueError"),
        (KeyError("tanh"), "KeyError"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError"),
        (OurOwn("here"), "RuntimeError"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_a_bound_function_raises_is_raised_in_the_students_code(
    session: Session, error: Exception, arrives: str
) -> None:
    def refuses(x: Any) -> Any:
        raise error

    reply = session.call("uses_base", (1,), {}, {"base": refuses})
    assert isinstance(reply, Raised)
    assert reply.type_name == arrives


def test_a_stashed_call_back_is_refused_later(session: Session) -> None:
    assert ask(session, "keeps", 2.0, abs) == 2.0
    reply = session.call("uses_stash", (2.0,), {})
    assert isinstance(reply, Raised)
    assert "valid only during the call" in reply.message


def test_what_a_given_function_writes_reaches_the_students_array(session: Session) -> None:
    def relu_in_place(z: np.ndarray) -> np.ndarray:
        return np.maximum(z, 0, out=z)

    assert ask(session, "writes", relu_in_place).tolist() == [0.0, 2.0]


def test_what_a_given_function_draws_is_drawn_from_the_students_generator(session: Session) -> None:
    answer = ask(session, "draws", np.random.default_rng(5), lambda rng: rng.random())
    assert answer == np.random.default_rng(5).random(2)[1]


def test_a_students_own_function_can_be_called_by_a_given_one(session: Session) -> None:
    assert ask(session, "passes_own", lambda f: f(4) + 1) == 41


def test_a_given_function_that_comes_back_is_itself(session: Session) -> None:
    assert ask(session, "passes_back", lambda g: g is abs, abs) is True


def test_an_iterator_is_an_answer(session: Session) -> None:
    assert ask(session, "pairs", 3) == [(0, 0), (1, 1), (2, 4)]


def test_an_endless_iterator_is_none(session: Session) -> None:
    reply = session.call("endless", (), {})
    assert isinstance(reply, Raised)
    assert "more than" in reply.message
