"""Which definition of an exercise answers the grader's calls, and what its function sees of the notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.sandbox.common.messages import LOCKED, Choice, Raised
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.replies import NotThere, Step
from autograder.sandbox.host.supervisor import Clock, Session

CLOCK = Clock(cell=20.0, call=20.0)
STUB = "def f(x):\n    '''To do.'''\n    # YOUR CODE HERE\n    raise NotImplementedError()"
Cell = tuple[str, str]  # the exercise that is to be written in it, and its text


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Bounds(memory_mb=512), wrap=bubblewrap.fault() is None) as made:
        yield made


@pytest.fixture
def run(interpreter: Interpreter) -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def start(*cells: Cell) -> Session:
        answers = {index: exercise for index, (exercise, _) in enumerate(cells)}
        sources = [(index, source) for index, (_, source) in enumerate(cells)]
        sessions.append(Session(interpreter, sources, clock=CLOCK, exercises=("f", "g", "C"), answers=answers))
        sessions[-1].run_notebook()
        return sessions[-1]

    yield start
    for session in sessions:
        session.close()


def answer(session: Session, name: str = "f") -> Any:
    reply = session.call(name, (1,), {})
    return reply.value if isinstance(reply, Observation) else reply


OWN = ("f", "def f(x):\n    return 'own'")


@pytest.mark.parametrize(
    "later",
    [
        "f = 0.1",
        "f = f(1)",
        "for f in range(3): pass",
        "def f(x):\n    return 'old'",
        "from math import *\nf = 2",
        "class f: pass",
        "del f",
        "globals()['f'] = print",
        "with open('x', 'w') as f: pass",
        "import math as f",
    ],
)
def test_what_the_own_cell_defined_counts(run: Callable[..., Session], later: str) -> None:
    assert answer(run(OWN, ("", later))) == "own"


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([("f", STUB), ("", "def f(x):\n    return 'below'")], "below"),
        ([("", "def f(x):\n    return 'above'"), ("f", STUB)], "above"),
        ([("f", STUB), ("", "def f(x):\n    return 1"), ("", "def f(x):\n    return 'last'")], "last"),
        ([("f", STUB), ("g", "def f(x):\n    return 'helper'\ndef g(x):\n    return f(x)")], "helper"),
        ([("f", STUB), ("", "f = lambda x: 'lambda'"), ("", "f = 3")], "lambda"),
        ([("f", "def f(x:"), ("", "def f(x):\n    return 'other'")], "other"),
        ([("f", ""), ("", "def f(x):\n    return 'other'"), ("", STUB)], "other"),
        ([("f", "def f(x):\n    pass"), ("", "def f(x):\n    return 'below'")], "below"),
        ([("f", STUB + "\n    return 1"), ("", "def f(x):\n    return 'below'")], "below"),
        ([("f", STUB), ("", "import math\nfrom math import sqrt as f")], 1.0),
    ],
)
def test_where_the_stub_is_left_the_last_definition_counts(
    run: Callable[..., Session], cells: list[Cell], wanted: Any
) -> None:
    assert answer(run(*cells)) == wanted


def test_what_a_star_import_brings_along_is_no_answer(run: Callable[..., Session]) -> None:
    stub = STUB.replace("def f", "def g")
    module = "import sys, types\nm = types.ModuleType('m')\nm.g = len\nsys.modules['m'] = m"
    session = run(("g", stub), ("", module), ("", "from m import *"))
    reply = session.call("g", (1,), {})
    assert isinstance(reply, Raised)
    assert reply.type_name == "NotImplementedError"


def test_each_function_sees_the_helpers_of_its_own_cell(run: Callable[..., Session]) -> None:
    session = run(
        ("f", "K = 1\ndef helper():\n    return 'of f'\ndef f(x):\n    return [helper(), K]"),
        ("g", "K = 2\ndef helper():\n    return 'of g'\ndef g(x):\n    return [helper(), K, f(x)[1]]"),
        ("", "K = 3"),
    )
    assert answer(session, "f") == ["of f", 1]
    assert answer(session, "g") == ["of g", 2, 2]  # as when its cell had run


def test_a_helper_defined_once_more_in_a_free_cell_is_a_correction(run: Callable[..., Session]) -> None:
    own = ("f", "def helper():\n    return 'first'\ndef f(x):\n    return helper()")
    assert answer(run(own, ("", "def helper():\n    return 'corrected'"))) == "corrected"
    assert answer(run(own, ("", "helper = 3"))) == "first"
    assert answer(run(own, ("", "def helper():\n    return 'old'\ndef f(x):\n    return helper()"))) == "first"


def test_built_in_names_and_those_of_locked_cells_stay(run: Callable[..., Session]) -> None:
    own = ("f", "def f(x):\n    return [max(x, 2), math.sqrt(4.0)]")
    session = run((LOCKED, "import math"), own, ("", "max = 3\nmath = 4"))
    assert answer(session) == [2, 2.0]


def test_names_defined_further_down_are_found(run: Callable[..., Session]) -> None:
    assert answer(run(("f", "def f(x):\n    return LATER"), ("", "LATER = 'later'"))) == "later"


def test_what_a_function_leaves_in_a_global_name_stays(run: Callable[..., Session]) -> None:
    session = run(
        ("f", "count = 0\ndef f(x):\n    global count\n    count += 1\n    return count"),
        ("g", "def g(x):\n    return count"),
        ("", "f(0)"),
    )
    assert [answer(session, "f"), answer(session, "f"), answer(session, "g")] == [2, 3, 3]


def test_a_class_is_chosen_as_a_function_is(run: Callable[..., Session]) -> None:
    own = ("C", "SIZE = 2\nclass C:\n    def size(self):\n        return SIZE")
    session = run(own, ("", "SIZE = 5\nclass C: pass"))
    made = session.use(Step("make", "C"), (), {})
    assert isinstance(made, Observation)
    size = session.use(Step("call", "size", made.value), (), {})
    assert isinstance(size, Observation)
    assert size.value == 2


def test_a_functions_of_the_graders_comes_before_the_notebooks_but_not_before_a_helper(
    run: Callable[..., Session],
) -> None:
    session = run(OWN, ("g", "def g(x):\n    return f(x)"))
    bound = session.call("g", (1,), {}, {"f": lambda x: "ours"})
    assert isinstance(bound, Observation)
    assert bound.value == "ours"
    session = run(OWN, ("g", "def f(x):\n    return 'helper of g'\ndef g(x):\n    return f(x)"))
    bound = session.call("g", (1,), {}, {"f": lambda x: "ours"})
    assert isinstance(bound, Observation)
    assert bound.value == "helper of g"


def test_it_is_told_which_cell_counts_and_what_was_passed_over(run: Callable[..., Session]) -> None:
    session = run(OWN, ("g", STUB.replace("def f", "def g")), ("", "f = 2.5"), ("", "def g(x):\n    return 1"))
    assert session.choices() == (Choice("f", 0, ((2, "a float"),)), Choice("g", 3), Choice("C", -1))


def test_a_name_that_nobody_defines_is_missing(run: Callable[..., Session]) -> None:
    session = run(("f", "x = 1"), ("", "C = 3"))
    assert session.call("f", (1,), {}) == NotThere("")
    assert session.call("C", (1,), {}) == NotThere("an int")


def test_a_fresh_process_chooses_the_same(run: Callable[..., Session]) -> None:
    session = run(("f", "import os\ndef f(x):\n    os._exit(0) if x == 0 else None\n    return 'own'"), ("", "f = 3"))
    session.call("f", (0,), {})
    assert answer(session) == "own"


@pytest.mark.parametrize(
    ("body", "left_over"),
    [
        ("raise NotImplementedError()\n    return 1", True),
        ("x = 1\n    raise NotImplementedError", True),
        ("raise NotImplementedError()", False),
        ("'''Doc.'''\n    raise NotImplementedError('later')", False),
        ("if x:\n        raise NotImplementedError()\n    return 1", False),
    ],
)
def test_a_stubs_line_beside_other_lines_is_recognised(run: Callable[..., Session], body: str, left_over: bool) -> None:
    reply = run(("f", f"def f(x):\n    {body}")).call("f", (1,), {})
    assert isinstance(reply, Raised)
    assert reply.left_over is left_over
