"""How long the grader waits for functions that ran over their limit before."""

from __future__ import annotations

from autograder.sandbox.host.patience import Patience


def over(patience: Patience, *names: str, starved: bool = False) -> Patience:
    for name in names:
        patience.ran_over(name, starved=starved)
    return patience


def limits(patience: Patience, name: str = "f", times: int = 5) -> list[float]:
    found = []
    for _ in range(times):
        found.append(patience.limit(name, 2.0))
        over(patience, name)
    return found


def test_a_function_that_never_answered_gets_a_quarter_each_time_down_to_a_sixteenth() -> None:
    assert limits(Patience()) == [2.0, 0.5, 0.125, 0.125, 0.125]


def test_a_function_that_answers_elsewhere_keeps_an_eighth() -> None:
    patience = Patience()
    patience.answered("f")
    assert limits(patience) == [2.0, 0.5, 0.25, 0.25, 0.25]


def test_other_functions_keep_all_their_time() -> None:
    assert over(Patience(), "f", "f").limit("g", 2.0, "def g(): return f()") == 2.0


def test_a_function_that_names_one_which_never_ends_starts_with_a_quarter() -> None:
    patience = over(Patience(), "f", "f", "f")
    assert patience.limit("g", 2.0, "def g(): return f()") == 0.5
    assert patience.limit("g", 2.0, "def g(): return off()") == 2.0
    patience.answered("f")
    assert patience.limit("g", 2.0, "def g(): return f()") == 2.0


def test_what_a_busy_machine_caused_is_forgotten_where_there_is_more_time() -> None:
    patience = over(over(Patience(), "f", starved=True), "g", "g")
    patience.wait_longer()
    assert (patience.limit("f", 2.0), patience.slow) == (8.0, ("g",))
    assert patience.limit("g", 2.0) == 0.5
    assert over(patience, "f", starved=True).slow == ("g", "f")


def test_a_limit_that_a_busy_machine_cut_short_is_doubtful_until_there_is_more_time() -> None:
    patience = over(Patience(), "f", starved=True)
    assert (patience.is_doubtful("f"), patience.is_doubtful("g")) == (True, False)
    patience.wait_longer()
    assert not over(patience, "f", starved=True).is_doubtful("f")


def test_functions_get_another_chance_with_a_reference_in_place_of_what_they_call() -> None:
    patience = over(Patience(), "f", "f", "f")
    patience.ease()
    assert patience.limit("f", 2.0) == 8.0
