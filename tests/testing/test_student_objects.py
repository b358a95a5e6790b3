"""Objects of a student's class, in real hidden tests against a real student's process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pytest
from local_suite import suite

from autograder.results import Outcome
from autograder.sandbox.common.object_table import MAX_KEPT, Absent, ObjectTable
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.replies import Step
from autograder.sandbox.host.supervisor import Clock, Session
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

REFERENCE = """
import numpy as np

class Dense:
    def __init__(self, inputs, outputs, activation=None):
        if inputs < 1:
            raise ValueError("nothing")
        self.W, self.activation = np.ones((inputs, outputs)), activation or (lambda Z: Z)
    def forward(self, X):
        return self.activation(X @ self.W)
    def __call__(self, X):
        return self.forward(X)
    def twin(self):
        other = Dense(*self.W.shape)
        other.W = 2 * self.W
        return other

def total(x):
    return float(np.sum(x))
"""
RIGHT = "import numpy as np" + REFERENCE.partition("import numpy as np")[2].partition("def total")[0]
TOTAL = "\ndef total(x): return float(np.sum(x))\n"
CLOCK = Clock(cell=20.0, call=1.0, submission=60.0)

Attempt = Callable[..., Verdict]


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Bounds(memory_mb=256), wrap=bubblewrap.fault() is None) as made:
        yield made


@pytest.fixture
def attempt(interpreter: Interpreter, tmp_path: Path) -> Iterator[Attempt]:
    """Runs one hidden test with this body against this notebook."""
    made: list[Suite] = []

    def run(body: str, notebook: str) -> Verdict:
        head = '@points("Dense", 1)\ndef test_dense(student, reference, agree):\n    """It is."""\n'
        made.append(suite(tmp_path, REFERENCE, head + indent(body, "    ")))
        session = Session(interpreter, [(0, notebook + TOTAL)], clock=CLOCK)
        try:
            session.run_notebook()
            return made[-1].run(session, seed=3)[0]
        finally:
            session.close()

    yield run
    for one in made:
        one.close()


def told(verdict: Verdict) -> tuple[Outcome, str, str]:
    shown = verdict.counterexample
    return verdict.outcome, verdict.message, shown.call if shown else ""


X = "np.array([[1.0, 2.0, 3.0]])"


@pytest.mark.parametrize(
    "body",
    [
        f"agree.Dense(3, 2).forward({X})",
        f"agree.Dense(3, 2)({X})",
        f"layer = agree.Dense(3, 2)\nlayer.W\nlayer.W = np.eye(3)\nlayer.forward({X})\nlayer.W",
        f"same(student.Dense(inputs=3, outputs=1).forward({X}), np.array([[6.0]]))",
        f"layer = student.Dense(3, 1)\nlayer.W = np.zeros((3, 1))\nsame(layer.forward({X}), np.array([[0.0]]))",
        f"a, b = agree.Dense(3, 1), agree.Dense(3, 1)\na.W = np.zeros((3, 1))\nb.forward({X})\na.forward({X})",
        f"agree.Dense(3, 2).twin().twin().forward({X})",
        "must_raise(ValueError, student.Dense, 0, 2)\nmust_raise(ValueError, student.Dense(3, 2).forward, np.ones(2))",
        f"leaves_inputs_alone(student.Dense(3, 2).forward, {X})\nwarns_nothing(student.Dense(3, 2).forward, {X})",
        f"spy = Spy(np.tanh)\nagree.Dense(3, 2, spy).forward({X})\nassert len(spy.calls) == 1, 'Once.'",
        f"agree.Dense(3, 2, np.tanh).activation({X})",
    ],
)
def test_whatever_a_test_does_with_a_right_class_is_right(attempt: Attempt, body: str) -> None:
    assert told(attempt(body, RIGHT)) == (Outcome.passed, "", "")


WRONG = RIGHT.replace("X @ self.W", "X @ self.W + 1")


@pytest.mark.parametrize(
    ("body", "call"),
    [
        (f"agree.Dense(3, 1).forward({X})", "Dense(3, 1).forward([[1., 2., 3.]])"),
        (f"agree.Dense(3, outputs=1)({X})", "Dense(3, outputs=1)([[1., 2., 3.]])"),
        (f"same(student.Dense(3, 1).forward({X}), np.array([[6.0]]))", "Dense(3, 1).forward([[1., 2., 3.]])"),
        (f"agree.Dense(3, 1).twin().forward({X})", "Dense(3, 1).twin().forward([[1., 2., 3.]])"),
        (
            f"layer = agree.Dense(3, 1)\nlayer.W = np.zeros((3, 1))\nlayer.forward({X})",
            "dense = Dense(3, 1); dense.W = [[0.], [0.], [0.]]; dense.forward([[1., 2., 3.]])",
        ),
    ],
)
def test_a_counterexample_reads_as_one_would_type_it(attempt: Attempt, body: str, call: str) -> None:
    assert told(attempt(body, WRONG)) == (Outcome.failed, "The value differs.", call)


def test_an_attribute_is_compared_and_shown(attempt: Attempt) -> None:
    verdict = attempt("agree.Dense(2, 1).W", RIGHT.replace("np.ones(", "np.zeros("))
    assert told(verdict) == (Outcome.failed, "2 of 2 entries differ.", "Dense(2, 1).W")
    assert verdict.counterexample is not None
    assert verdict.counterexample.want is not None
    assert verdict.counterexample.want.text == "[[1.], [1.]]"


def test_arguments_have_the_references_names(attempt: Attempt) -> None:
    shown = attempt(f"agree.Dense(3, 1).forward({X})", WRONG).counterexample
    assert shown is not None
    assert [argument.name for argument in shown.arguments] == ["X"]


FORWARD = f"agree.Dense(3, 1).forward({X})"


@pytest.mark.parametrize(
    ("body", "notebook", "outcome", "message"),
    [
        (FORWARD, RIGHT.replace("def forward", "def forwards"), Outcome.missing, "Dense has no method forward."),
        (FORWARD, f"{RIGHT}\nDense.forward = 3", Outcome.missing, "Dense.forward is an int, not a method."),
        ("agree.Dense(3, 1).W", RIGHT.replace("self.W", "self.V"), Outcome.missing, "Dense has no attribute W."),
        (
            FORWARD,
            "import numpy as np",
            Outcome.missing,
            "There is no class Dense after the notebook has run from top to bottom.",
        ),
        (FORWARD, "import numpy as np\nDense = 3", Outcome.missing, "Dense is an int, not a class."),
        (
            FORWARD,
            "import numpy as np\ndef Dense(*sizes): return 3.0",
            Outcome.failed,
            "Dense gave a number, expected an object of the class Dense.",
        ),
        (FORWARD, RIGHT.replace("X @ self.W", "1 / 0"), Outcome.error, "Dense.forward raised ZeroDivisionError"),
        (
            FORWARD,
            RIGHT.replace("self.activation(X", "NotImplemented(X").replace(
                "return NotImplemented(X @ self.W)", "raise NotImplementedError"
            ),
            Outcome.error,
            "Dense.forward is not written yet.",
        ),
        (
            FORWARD,
            RIGHT.replace("X @ self.W", "[0 for _ in iter(int, 1) if False]"),  # without end, and without memory
            Outcome.timeout,
            "Dense.forward gave no answer in time: a call may take 1 second.",
        ),
        (
            FORWARD,
            RIGHT.replace("X @ self.W", "__import__('os')._exit(0)"),
            Outcome.killed,
            "Dense.forward gave no answer: the process ended itself.",
        ),
        (
            FORWARD,
            RIGHT.replace("self.activation(X @ self.W)", "self"),
            Outcome.failed,
            "The answer is an object of type Dense, expected an array of shape (1, 1).",
        ),
        (
            f"same(student.Dense(3, 1).forward({X}), np.ones((1, 1)))",
            RIGHT.replace("self.activation(X @ self.W)", "self"),
            Outcome.failed,
            "The answer is an object of type Dense, expected an array of shape (1, 1).",
        ),
    ],
    ids=[
        "method", "no method", "attribute", "class", "no class", "no object", "raises", "not written", "time", "crash",
        "an object for a value", "the same, compared by hand",
    ],
)  # fmt: skip
def test_each_way_to_fail_has_its_verdict(
    attempt: Attempt, body: str, notebook: str, outcome: Outcome, message: str
) -> None:
    verdict = attempt(body, notebook)
    assert verdict.outcome is outcome
    assert verdict.message.startswith(message)


def test_an_object_goes_with_its_process_and_can_be_made_anew(attempt: Attempt) -> None:
    endless = f"{RIGHT}\n    def endless(self):\n        while True: pass"
    lost = f"layer = student.Dense(3, 1)\nlayer._far.function('call', 'endless').ask()\nlayer.forward({X})"
    verdict = attempt(lost, endless)
    assert verdict.outcome is Outcome.killed
    assert "the object is gone, because its process has ended" in verdict.message
    anew = lost.replace("layer.forward", "agree.Dense(3, 1).forward")
    assert attempt(anew, endless).outcome is Outcome.passed


LIES = {
    "says that it is an array": "__class__ = property(lambda self: np.ndarray)",
    "is equal to everything": "__eq__ = __ne__ = __array_ufunc__ = lambda *a, **k: True\n    __hash__ = None",
    "has every attribute": "__getattr__ = lambda self, name: Liar()",
    "answers every question": "__getattribute__ = lambda self, name: (lambda *a, **k: Liar())",
    "is an array of the right shape": "__array__ = lambda self, *a, **k: np.array([[6.0]])",
}
LIAR = """
import numpy as np
class Liar:
    def __init__(self, *a, **k): pass
    def forward(self, X): return Liar()
    {lie}
Dense = Liar
"""


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
@pytest.mark.parametrize("body", [FORWARD, f"same(student.Dense(3, 1).forward({X}), np.array([[6.0]]))"])
def test_a_class_that_lies_earns_nothing(attempt: Attempt, lie: str, body: str) -> None:
    assert attempt(body, LIAR.format(lie=lie)).outcome in (Outcome.failed, Outcome.error)


@pytest.mark.parametrize("lie", [LIES["is equal to everything"], LIES["says that it is an array"]])
def test_a_right_class_may_look_odd(attempt: Attempt, lie: str) -> None:
    assert attempt(FORWARD, f"{RIGHT}\n    {lie}").outcome is Outcome.passed


@pytest.mark.parametrize(
    "odd",
    [
        "_D = Dense\nclass Dense(_D):\n    pass",  # a subclass
        "_D = Dense\ndef Dense(*a, **k): return _D(*a, **k)",  # a function that makes one
        "class Listed(list, Dense):\n    __init__ = Dense.__init__\nDense = Listed",  # a value at the same time
        "Dense.forward = staticmethod(lambda X: X @ np.ones((3, 1)))",
    ],
)
def test_a_right_class_may_be_made_in_other_ways(attempt: Attempt, odd: str) -> None:
    assert attempt(FORWARD, f"{RIGHT}\n{odd}").outcome is Outcome.passed


FORGES = """
from autograder.sandbox.common import messages
from autograder.sandbox.guest.runner import Runner
Runner.{method} = lambda self, call, *a: messages.Made(getattr(call, "number", call), {number}, "Dense", (), (), ())
"""


@pytest.mark.parametrize(("number", "method"), [(1, "_use"), (-7, "_use"), (2**60, "_kept")])
@pytest.mark.parametrize("body", [FORWARD, "agree.Dense(3, 1).W"])
def test_a_forged_handle_gains_nothing(attempt: Attempt, body: str, number: int, method: str) -> None:
    verdict = attempt(body, RIGHT + FORGES.format(number=number, method=method))
    assert verdict.outcome in (Outcome.failed, Outcome.missing)


def test_a_handle_where_a_value_is_wanted_is_no_answer(attempt: Attempt) -> None:
    garbled = attempt("agree.total(np.ones(2))", RIGHT + FORGES.format(number=1, method="_answer"))
    assert told(garbled)[:2] == (
        Outcome.failed,
        "What came back from total was not an answer: an object where only values are allowed.",
    )


def test_a_function_that_was_given_to_an_object_is_refused_to_others(attempt: Attempt) -> None:
    stashes = RIGHT.replace("        if inputs", "        kept.append(activation)\n        if inputs") + "\nkept = []\n"
    uses = stashes.replace("return self.activation(X @ self.W)", "return np.full((1, 1), kept[0](X))")
    body = "student.Dense(1, 1, Spy(np.sum))\nstudent.Dense(1, 1).forward(np.ones((1, 1)))"
    refused = attempt(body, uses)
    assert refused.outcome is Outcome.error
    assert "valid only during the call" in refused.message
    assert attempt(body.replace("student.Dense(1, 1)", "student.Dense(1, 1, Spy(np.sum))"), stashes).outcome is (
        Outcome.passed
    )


def test_the_students_process_is_told_what_the_test_gives_and_nothing_else(attempt: Attempt) -> None:
    nosy = """
import numpy as np
heard = []
class Dense:
    def __init__(self, *a, **k): heard.append((a, k))
    def forward(self, *a): heard.append(a); return np.zeros((1, 1))
    def __setattr__(self, name, value): heard.append((name, value))
    def everything(self): return repr(heard)
"""
    body = """
layer = agree.Dense(3, 1)
layer.W = np.zeros((3, 1))
layer.forward(np.ones((1, 3)))
words = student.Dense(0).everything()
assert words.count('array') == 2 and 'W' in words and len(words) < 120, words
"""
    assert told(attempt(body, nosy))[:2] == (Outcome.passed, "")


def test_an_object_as_an_argument_is_the_authors_fault(attempt: Attempt) -> None:
    verdict = attempt("student.total(student.Dense(1, 1))", RIGHT)
    assert verdict.outcome is Outcome.internal
    assert "cannot be an argument of total" in verdict.message


def test_a_bound_name_stands_for_the_graders_function_while_an_object_is_used(interpreter: Interpreter) -> None:
    uses = "def act(x): return 'mine'\nclass Dense:\n    def forward(self, x): return act(x)"
    session = Session(interpreter, [(0, uses)], clock=CLOCK)
    session.run_notebook()
    made = session.use(Step("make", "Dense"), (), {})
    assert isinstance(made, Observation)
    forward = Step("call", "forward", made.value)
    answers = [session.use(forward, (2,), {}, bound) for bound in ({"act": lambda x: x + 1}, None)]
    session.close()
    assert [answer.value for answer in answers if isinstance(answer, Observation)] == [3, "mine"]


def test_objects_are_bounded_in_number() -> None:
    keeper = ObjectTable()
    numbers = [keeper.keep(object()) for _ in range(MAX_KEPT + 1)]
    keeper.action("set", numbers[1], "name", {})
    with pytest.raises(Absent):
        keeper.action("set", numbers[0], "name", {})
