"""The hidden tests as a suite: what is refused when they are collected, and what each way to end is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from local_suite import Local, suite

from autograder.errors import CourseError
from autograder.results import Outcome
from autograder.sandbox.common.messages import NotSent, Raised
from autograder.sandbox.host.replies import Died, Garbled, NotThere, Reply, TimedOut
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

REFERENCE = """
def double(x):
    return 2.0 * x
"""


Make = Callable[[str], Suite]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Suite] = []

    def build(tests: str) -> Suite:
        made.append(suite(tmp_path, REFERENCE, tests))
        return made[-1]

    yield build
    for one in made:
        one.close()


ONE = '''
@points("double", 2)
def test_double(agree):
    """Two is doubled to four."""
    agree.double(2.0)
'''


def only(hidden: Suite, answer: Callable[..., Any] | Reply) -> Verdict:
    (verdict,) = hidden.run(Local(double=answer), seed=1)
    return verdict


def test_a_suite_knows_its_tests_and_points(make: Make) -> None:
    hidden = make(ONE + ONE.replace("test_double", "test_again").replace("2)", "0.5)", 1))
    assert [test.name for test in hidden.tests] == ["test_double", "test_again"]
    assert hidden.points == {"double": 2.5}
    assert (hidden.tests[0].title, hidden.tests[0].line) == ("Two is doubled to four.", 4)


def test_the_program_stays_in_its_folder(make: Make) -> None:
    before = os.getcwd()
    hidden = make(ONE)
    assert only(hidden, lambda x: 2.0 * x).outcome is Outcome.passed
    hidden.close()
    hidden._thread.join()
    assert os.getcwd() == before


def test_collecting_leaves_the_search_path_as_it_was(make: Make) -> None:
    before = list(sys.path)
    make(ONE)
    assert sys.path == before


@pytest.mark.parametrize(
    ("tests", "fault"),
    [
        ("def test_double(agree):\n    'Doubled.'", "test_double is not marked with @points"),
        ("@points('double', 1)\ndef test_double(agree): pass", "test_double has no docstring"),
        ("import nothing_like_this", "No module named 'nothing_like_this'"),
        ("def test_(:", "SyntaxError"),
        ("", "pytest finds no hidden tests"),
    ],
)
def test_a_fault_in_the_tests_names_their_file(make: Make, tests: str, fault: str) -> None:
    with pytest.raises(CourseError, match=fault) as caught:
        make(tests)
    assert caught.value.path.name == "hidden_double.py"


def test_a_reference_that_cannot_be_imported_is_a_fault_of_the_course(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "broken.py").write_text("1 / 0")
    with pytest.raises(CourseError, match="cannot be imported: ZeroDivisionError"):
        Suite(tmp_path / "test_hidden.py", "solutions.broken", root=tmp_path)


def test_a_right_and_a_wrong_answer(make: Make) -> None:
    hidden = make(ONE)
    assert only(hidden, lambda x: x + x).outcome is Outcome.passed
    wrong = only(hidden, lambda x: x + 3)
    assert (wrong.outcome, wrong.message) == (Outcome.failed, "The answer is 5, expected 4.")
    assert wrong.counterexample is not None
    assert (wrong.counterexample.call, wrong.counterexample.differs) == ("double(2.0)", "values")


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (
            Raised(0, "KeyError", ("KeyError",), "'x'", ("cell 2, line 1",)),
            Outcome.error,
            "double raised KeyError: 'x'.",
        ),
        (Raised(0, "NotImplementedError", (), "", ()), Outcome.error, "double is not written yet."),
        (NotThere(""), Outcome.missing, "There is no function double"),
        (NotThere("an int"), Outcome.missing, "double is an int, not a function."),
        (TimedOut(2.0), Outcome.timeout, "in time: a call may take 2 seconds"),
        (Died("the process crashed (SIGSEGV)"), Outcome.killed, "crashed"),
        (Garbled("no message"), Outcome.failed, "was not an answer: no message."),
        (NotSent(0, "a DataFrame"), Outcome.failed, "double returned a DataFrame"),
    ],
)
def test_each_way_to_give_no_answer_has_its_verdict(make: Make, reply: Reply, outcome: Outcome, words: str) -> None:
    verdict = only(make(ONE), reply)
    assert verdict.outcome is outcome
    assert words in verdict.message


BROKEN = '''
@points("double", 2)
def test_double(student):
    """Two is doubled to four."""
    student.double(2.0)
    undefined_name
'''
BREAKS_ON_A_LIST = '''
@points("double", 2)
def test_double(student):
    """Two is doubled to four."""
    assert student.double(2.0) / 1 == 4.0, "Two and two make four."
'''


def test_a_hidden_test_that_errs_on_the_reference_too_is_our_own_fault(make: Make) -> None:
    verdict = only(make(BROKEN), lambda x: 2.0 * x)
    assert verdict.outcome is Outcome.internal
    assert verdict.message == "NameError: name 'undefined_name' is not defined"


def test_a_hidden_test_that_errs_only_on_the_students_answer_is_failed(make: Make) -> None:
    verdict = only(make(BREAKS_ON_A_LIST), lambda x: [x, x])
    assert (verdict.outcome, verdict.message) == (
        Outcome.failed,
        "This kind of answer cannot be examined here.",
    )


def test_a_plain_assert_tells_its_sentence(make: Make) -> None:
    verdict = only(make(BREAKS_ON_A_LIST), lambda x: 5.0)
    assert (verdict.outcome, verdict.message) == (Outcome.failed, "Two and two make four.")
    assert verdict.counterexample is not None
    assert verdict.counterexample.call == "double(2.0)"


def test_runs_do_not_know_of_each_other(make: Make) -> None:
    hidden = make(ONE)
    outcomes = [
        only(hidden, answer).outcome for answer in (lambda x: 1, lambda x: x * 2, TimedOut(1.0), lambda x: x * 2)
    ]
    assert outcomes == [Outcome.failed, Outcome.passed, Outcome.timeout, Outcome.passed]


def test_only_the_wanted_exercises_run(make: Make) -> None:
    hidden = make(ONE)
    assert hidden.run(Local(), seed=1, only=["triple"]) == ()


RANDOM = '''
@points("double", 1)
def test_first(student, draw):
    """One."""
    student.double(draw(3))

@points("double", 1)
def test_second(student, draw, rng):
    """Two."""
    student.double(draw(3))
'''


def drawn(verdicts: tuple[Verdict, ...]) -> list[list[float]]:
    return [verdict.calls[0].args[0].tolist() for verdict in verdicts]


def test_the_seed_and_the_test_decide_what_is_drawn(make: Make) -> None:
    hidden, local = make(RANDOM), Local(double=lambda x: x * 2)
    one, again, other = (drawn(hidden.run(local, seed)) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert one[0] != one[1]


def test_a_text_of_the_student_s_is_cut_where_the_verdict_is_made(make: Make) -> None:
    reply = Raised(0, "E" * 100_000, (), "m" * 100_000, tuple("line " * 1000 for _ in range(100)))
    verdict = only(make(ONE), reply)
    assert len(verdict.message) <= 2_000
    assert sum(map(len, verdict.traceback)) <= 20 * 300
    keys = only(make(ONE.replace("agree.double(2.0)", "same({'k' * 10_000_000: 1}, {'a': 1})")), lambda x: x)
    assert len(keys.message) < 200


def test_a_test_that_takes_too_long_over_an_answer_is_stopped(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.testing.plugin.TEST_SECONDS", 0.05)
    monkeypatch.setattr("autograder.testing.suite.WATCH_SECONDS", 0.05)
    counts = ONE.replace("agree.double(2.0)", "n = student.double(2.0)\n    while n != 4.0:\n        n += 1.0")
    verdict = only(make(counts.replace("(agree)", "(student)")), lambda x: 5.0)
    assert verdict.outcome is Outcome.failed
    assert "cannot be examined" in verdict.message


def test_a_test_that_needs_too_much_memory_for_an_answer_fails_it(make: Make) -> None:
    fills = ONE.replace("agree.double(2.0)", "np.ones(int(student.double(2.0)))").replace("(agree)", "(student)")
    hidden = make(fills)
    assert only(hidden, lambda x: 4.0).outcome is Outcome.passed
    assert only(hidden, lambda x: 2.0**30).outcome is Outcome.failed
