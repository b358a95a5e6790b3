"""One submission in the student's process: limits of time, crashes, and the fresh process that follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.errors import InterpreterGone
from autograder.sandbox.common.messages import Display, Failure, NotSent, Raised, Stream
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.replies import Died, Garbled, NotThere, TimedOut, Waits
from autograder.sandbox.host.supervisor import Clock, Session

SHORT = Clock(cell=0.7, call=0.7, submission=30.0, answer_bytes=100_000)
LONG = Clock(cell=20.0, call=20.0, submission=60.0, answer_bytes=100_000)
FOREVER = "while True: pass"


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    bounds = Bounds(memory_mb=256, cpu_seconds=60.0)
    with Interpreter(bounds, wrap=bubblewrap.fault() is None) as made:
        yield made


@pytest.fixture
def run(interpreter: Interpreter) -> Iterator[Any]:
    """Runs cells, and gives the session with what became of them."""
    sessions: list[Session] = []

    def start(*cells: str, clock: Clock = LONG, files: tuple[tuple[str, bytes], ...] = (), **more: Any) -> Session:
        sessions.append(Session(interpreter, list(enumerate(cells)), files, clock, **more))
        sessions[-1].run_notebook()
        return sessions[-1]

    yield start
    for session in sessions:
        session.close()


def value(reply: Any) -> Any:
    assert isinstance(reply, Observation), reply
    return reply.value


def printed(session: Session, index: int) -> str:
    return "".join(output.text for output in session.runs[index].outputs if isinstance(output, Stream))


def test_cells_run_from_top_to_bottom_and_functions_answer(run: Any) -> None:
    session = run("k = 3", "def f(x): return k * x", "print(f(2))")
    assert printed(session, 2) == "6\n"
    assert value(session.call("f", (np.ones(2),), {})).tolist() == [3.0, 3.0]
    assert value(session.call("f", (), {"x": 5})) == 15


def test_an_exception_in_a_cell_does_not_stop_the_cells_below(run: Any) -> None:
    session = run("1 / 0", "def f(): return 1")
    (failure,) = session.runs[0].outputs
    assert isinstance(failure, Failure)
    assert failure.ename == "ZeroDivisionError"
    assert value(session.call("f", (), {})) == 1


def test_an_endless_cell_is_stopped_and_left_out_afterwards(run: Any) -> None:
    session = run("def f(): return 1", FOREVER, "def g(): return 2", clock=SHORT)
    assert session.runs[1].fault == TimedOut(SHORT.cell)
    assert [session.runs[n].fault for n in (0, 2)] == [None, None]
    assert [value(session.call(name, (), {})) for name in "fg"] == [1, 2]


def test_an_endless_call_is_stopped_and_the_next_has_a_fresh_process(run: Any) -> None:
    session = run("n = 0", f"def f():\n    {FOREVER}", "def g():\n    global n\n    n += 1\n    return n", clock=SHORT)
    assert [value(session.call("g", (), {})) for _ in range(2)] == [1, 2]
    reply = session.call("f", (), {})
    assert isinstance(reply, TimedOut)
    assert (reply.seconds, reply.what) == (SHORT.call, "a call")  # and starved where the machine is busy
    assert value(session.call("g", (), {})) == 1


OF_A_RELEASE: Any = {"exercises": ("f", "g"), "answers": {0: "f", 1: "g"}, "released": frozenset({2, 3, 4})}
HURRIED = Clock(cell=20.0, call=0.7, submission=60.0, answer_bytes=100_000)


def test_a_released_cell_waits_for_what_stopped_another_one(run: Any) -> None:
    answers = f"def f():\n    {FOREVER}", "def g(): return 1"
    session = run(*answers, "f()", "g(), f()", "print(g())", clock=HURRIED, **OF_A_RELEASE)
    assert [one.fault for one in session.outcomes()[2:]] == [TimedOut(HURRIED.call), Waits(("f",)), None]
    assert isinstance(session.call("f", (), {}), TimedOut)
    session.run_waiting_cells()
    assert [one.fault for one in session.outcomes()[2:]] == [TimedOut(HURRIED.call), Waits(("f",)), None]
    assert printed(session, 4) == "1\n"


def test_a_slow_released_cell_gets_its_time_once_what_it_calls_has_answered(run: Any) -> None:
    answers = "def f(): return 1", "def g(): return 2"
    slow = "import time; time.sleep(1); n = f() + 1"
    session = run(*answers, slow, "print(n * f())", "print(g())", clock=HURRIED, **OF_A_RELEASE)
    assert [one.fault for one in session.outcomes()[2:]] == [TimedOut(HURRIED.call), Waits(("f",)), None]
    assert value(session.call("f", (), {})) == 1
    session.run_waiting_cells()
    assert [one.fault for one in session.outcomes()] == [None] * 5
    assert (printed(session, 3), printed(session, 4)) == ("2\n", "2\n")


@pytest.mark.parametrize("deletes", ["del np, k", "%reset -f"])
def test_an_answer_still_has_what_a_later_cell_deletes(run: Any, deletes: str) -> None:
    cells = "import numpy as np\nk = 2", "def f(x):\n    return k * float(np.sum(x))", deletes
    session = run(*cells, exercises=("f",), answers={1: "f"})
    assert value(session.call("f", (np.ones(3),), {})) == 6.0
    assert value(session.call("f", (np.ones(3),), {})) == 6.0


def test_a_students_own_cell_is_not_hurried(run: Any) -> None:
    session = run("def f(): return 1", "import time; time.sleep(1); f()", clock=HURRIED, answers={0: "f"})
    assert [one.fault for one in session.outcomes()] == [None, None]


def test_a_process_that_had_no_processor_time_was_starved(run: Any) -> None:
    session = run("import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSTOP)", clock=SHORT)
    reply = session.call("f", (), {})
    assert isinstance(reply, TimedOut)
    assert reply.starved


def test_a_limit_cut_short_by_a_busy_machine_excuses_the_next_call_too(run: Any) -> None:
    """It would have ended within the whole limit, of which a quarter was left."""
    stops = "import os, signal, time\ndef f(stop):\n    if stop: os.kill(os.getpid(), signal.SIGSTOP)\n"
    session = run(stops + "    while time.process_time() < 1.5: pass", clock=Clock(call=2))
    first, second = session.call("f", (True,), {}), session.call("f", (False,), {})
    assert isinstance(first, TimedOut)
    assert isinstance(second, TimedOut)
    assert (first.starved, second.starved) == (True, True)


def test_what_the_cells_took_is_not_taken_for_the_calls_own(run: Any) -> None:
    busy = "import time\nwhile time.process_time() < 2: pass"
    session = run(busy, "import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSTOP)", clock=HURRIED)
    reply = session.call("f", (), {})
    assert isinstance(reply, TimedOut)
    assert reply.starved


def test_with_more_patience_a_process_has_no_more_processor_time(run: Any) -> None:
    """Else an endless loop would take four times as long wherever something else ran beside it."""
    clock = Clock(cell=20.0, call=1.0, submission=60.0)
    session = run(f"def f():\n    {FOREVER}", "def g(): return 1", clock=clock)
    session.patience.factor = 60.0
    assert isinstance(session.call("f", (), {}), TimedOut)
    assert value(session.call("g", (), {})) == 1  # nor is the time of the whole notebook used up


def test_more_patience_changes_nothing_of_what_is_said(run: Any) -> None:
    session = run(f"def f():\n    {FOREVER}", clock=SHORT)
    session.patience.wait_longer()
    reply = session.call("f", (), {})
    assert isinstance(reply, TimedOut)
    assert reply.seconds == SHORT.call


def test_a_crash_costs_one_call_only(run: Any) -> None:
    session = run(
        "import ctypes, os", "def crash(): ctypes.string_at(0)", "def leave(): os._exit(0)", "def g(): return 1"
    )
    crashed, left = session.call("crash", (), {}), session.call("leave", (), {})
    assert crashed == Died("the process crashed (SIGSEGV)")
    assert left == Died("the process ended itself")
    assert value(session.call("g", (), {})) == 1


def test_a_cell_that_ends_the_process_is_left_out_afterwards(run: Any) -> None:
    session = run("import os; os._exit(3)", "def g(): return 1")
    assert session.runs[0].fault == Died("the process ended itself")
    assert value(session.call("g", (), {})) == 1


def test_the_whole_submission_has_a_budget(run: Any) -> None:
    clock = Clock(cell=0.4, call=0.4, submission=0.5)
    session = run(*[FOREVER] * 8, "def g(): return 1", clock=clock)
    assert len(session.runs) >= 3
    assert [one for one in session.runs.values() if not isinstance(one.fault, TimedOut)] == []
    assert isinstance(session.call("g", (), {}), TimedOut)


def test_too_much_memory_is_the_students_error_and_not_ours(run: Any) -> None:
    session = run("import numpy as np", "def f(): return float(np.ones(2**29)[0])")
    reply = session.call("f", (), {})
    assert isinstance(reply, Raised)
    assert "MemoryError" in reply.bases


def test_an_answer_over_its_bound_is_no_answer(run: Any) -> None:
    session = run("import numpy as np\ndef f(n): return np.ones(n)")
    reply = session.call("f", (100_000,), {})
    assert isinstance(reply, Garbled)
    assert reply.reason.endswith("bytes, over the limit of 100000")
    assert value(session.call("f", (2,), {})).tolist() == [1.0, 1.0]


def test_each_way_to_be_no_function_is_told(run: Any) -> None:
    session = run("number = 3\ndef f(): return {1, 2}\ndef g(): raise KeyError('x')")
    assert session.call("nothing", (), {}) == NotThere("")
    assert session.call("number", (), {}) == NotThere("an int")
    reply = session.call("f", (), {})
    assert isinstance(reply, NotSent)
    assert reply.what == "a set"


def test_an_exception_comes_with_the_students_own_lines(run: Any) -> None:
    session = run("x = 1", "def g(d):\n    return d['no']\n\ndef f():\n    return g({})")
    reply = session.call("f", (), {})
    assert isinstance(reply, Raised)
    assert (reply.type_name, reply.message, "LookupError" in reply.bases) == ("KeyError", "'no'", True)
    assert reply.frames == ("cell 2, line 5, in f: return g({})", "cell 2, line 2, in g: return d['no']")


def test_what_the_call_did_beside_its_answer_is_observed(run: Any) -> None:
    session = run(
        "import numpy as np\ndef f(a, b):\n    a[0] = 9.0\n    return b[:1] / np.zeros(1)\ndef g(a): return a[1:]"
    )
    seen = session.call("f", (np.ones(2), np.ones(2)), {})
    assert (seen.changed, seen.shared) == ((0,), ())
    assert seen.warnings == ("divide by zero encountered in divide",)
    assert session.call("g", (np.ones(3),), {}).shared == (0,)


def test_a_function_given_as_an_argument_stays_here(run: Any) -> None:
    session = run(
        "kept = []\ndef f(act, x):\n    kept.append(act)\n    return act(x) + 1\ndef late(): return kept[0](1.0)"
    )
    heard: list[float] = []

    def act(z: float) -> float:
        heard.append(z)
        return 10 * z

    assert value(session.call("f", (act, 2.0), {})) == 21.0
    assert heard == [2.0]
    late = session.call("late", (), {})
    assert isinstance(late, Raised)
    assert "valid only during the call" in late.message


def test_a_function_that_is_called_without_end_is_stopped(run: Any) -> None:
    session = run("def f(act):\n    while True: act(1.0)\ndef g(): return 1", clock=Clock(cell=20.0, call=1.0))
    assert isinstance(session.call("f", (abs,), {}), TimedOut | Garbled)  # whichever bound is reached first
    assert value(session.call("g", (), {})) == 1


def test_the_next_submission_finds_nothing_of_the_last(run: Any) -> None:
    first = run("import builtins, os\nbuiltins.left = 1\nopen('left', 'w').write('x')\nos.makedirs('a/b')")
    assert first.runs[0].outputs == ()
    first.close()
    second = run("import builtins, os\nprint(os.listdir(), hasattr(builtins, 'left'))")
    assert printed(second, 0) == "[] False\n"


def test_files_beside_the_notebook_are_there_again_in_a_fresh_process(run: Any) -> None:
    session = run(
        "import os\ndef f(): return open('data.txt').read()\ndef die(): os._exit(1)", files=(("data.txt", b"42"),)
    )
    assert value(session.call("f", (), {})) == "42"
    session.call("die", (), {})
    assert value(session.call("f", (), {})) == "42"


def test_magics_and_figures_are_kept(run: Any) -> None:
    session = run("%matplotlib inline\nimport matplotlib.pyplot as plt", "plt.plot([1, 2])\nplt.show()", "1 + 1")
    assert [output.data.keys() & {"image/png"} for output in session.runs[1].outputs if hasattr(output, "data")][-1]
    (shown,) = session.runs[2].outputs
    assert shown.data == {"text/plain": "2"}


@pytest.mark.parametrize("figures", [True, False])
def test_figures_are_drawn_only_where_they_are_wanted(interpreter: Interpreter, figures: bool) -> None:
    cell = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    session = Session(interpreter, [(0, cell)], figures=figures)
    (run,) = session.run_notebook()
    session.close()
    assert any("image/png" in output.data for output in run.outputs if isinstance(output, Display)) is figures
    assert (session.drawing > 0) is figures


def test_an_interpreter_that_is_gone_says_so() -> None:
    with Interpreter(Bounds(), wrap=False) as interpreter:
        interpreter.wait()
        interpreter._process.kill()
        interpreter._process.wait()
        with pytest.raises(InterpreterGone):
            Session(interpreter, [(0, "1")]).run_notebook()


def test_an_interpreter_without_bubblewrap_takes_its_folder_with_it() -> None:
    with Interpreter(Bounds(), wrap=False) as interpreter:
        interpreter.wait()
        folder = interpreter._folder
        assert folder is not None
        assert folder.path.is_dir()
    assert not folder.path.exists()
