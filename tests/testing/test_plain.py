"""Which hidden tests are called as plain functions, and that pytest still surrounds all others."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_suite import Local, suite

from autograder.results import Outcome

REFERENCE = """
def double(x):
    return 2.0 * x
"""

PLAIN = '''
@points("double", 1)
def test_plain(agree, draw, rng, reference, student):
    """Two is doubled to four."""
    agree.double(2.0)
'''

ON_ITS_OWN_FIXTURE = '''
@pytest.fixture
def two():
    return 2.0

@points("double", 1)
def test_other(agree, two):
    """Two is doubled to four."""
    agree.double(two)
'''

ON_ONE_PUT_IN_PLACE_OF_OURS = '''
@pytest.fixture
def rng():
    return 2.0

@points("double", 1)
def test_other(agree, rng):
    """Two is doubled to four."""
    agree.double(rng)
'''

WITH_PARAMETERS = '''
@pytest.mark.parametrize("x", [2.0])
@points("double", 1)
def test_other(agree, x):
    """Two is doubled to four."""
    agree.double(x)
'''

AFTER_A_SETUP = '''
x = None

def setup_function():
    global x
    x = 2.0

@points("double", 1)
def test_other(agree):
    """Two is doubled to four."""
    agree.double(x)
'''

IN_A_CLASS = '''
class TestDouble:
    def setup_method(self):
        self.x = 2.0

    @points("double", 1)
    def test_other(self, agree):
        """Two is doubled to four."""
        agree.double(self.x)
'''

WITH_A_MARK = '''
@pytest.mark.usefixtures("rng")
@points("double", 1)
def test_other(agree):
    """Two is doubled to four."""
    agree.double(2.0)
'''

NEED_PYTEST = {
    name: text for name, text in globals().copy().items() if name.startswith(("ON_", "WITH_", "AFTER_", "IN_"))
}

OF_THE_WHOLE_FILE = ("AFTER_A_SETUP", "ON_ONE_PUT_IN_PLACE_OF_OURS")


def test_a_test_on_our_own_fixtures_is_plain(tmp_path: Path) -> None:
    hidden = suite(tmp_path, REFERENCE, PLAIN)
    assert list(hidden._plugin.plain.values()) == [("agree", "draw", "rng", "reference", "student")]
    hidden.close()


@pytest.mark.parametrize("name", NEED_PYTEST)
def test_pytest_surrounds_what_needs_more(tmp_path: Path, name: str) -> None:
    hidden = suite(tmp_path, REFERENCE, "import pytest\n" + NEED_PYTEST[name] + PLAIN.replace("rng, ", ""))
    other, plain = hidden._plugin.plain.values()
    assert other is None
    assert (plain is None) == (name in OF_THE_WHOLE_FILE)
    for answer, outcome in ((lambda x: 2.0 * x, Outcome.passed), (lambda x: x, Outcome.failed)):
        verdicts = hidden.run(Local(double=answer), seed=1)
        assert [verdict.outcome for verdict in verdicts] == [outcome, outcome]
    hidden.close()


@pytest.mark.parametrize("end", ["", "    yield\n"])
def test_an_asynchronous_test_passes_nobody(tmp_path: Path, end: str) -> None:
    hidden = suite(tmp_path, REFERENCE, PLAIN.replace("def ", "async def ") + end)
    (verdict,) = hidden.run(Local(double=lambda x: 0.0), seed=1)
    assert verdict.outcome is Outcome.internal
    hidden.close()


def test_both_ways_draw_the_same_numbers(tmp_path: Path) -> None:
    told = '''
@points("double", 1)
def test_drawn(agree, draw, rng):
    """The same numbers each time."""
    assert False, f"{draw(3)} {rng.normal()}"
'''
    said = []
    for number, tests in enumerate((told, told.replace("rng):", "rng, request):"))):
        (folder := tmp_path / str(number)).mkdir()
        hidden = suite(folder, REFERENCE, tests)
        assert (list(hidden._plugin.plain.values()) == [None]) == bool(number)
        (verdict,) = hidden.run(Local(double=lambda x: 2.0 * x), seed=1)
        said.append(verdict.message)
        hidden.close()
    assert said[0] == said[1] != ""
