"""What is noted beside a call's answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.common.observe import copy, observe


def test_an_innocent_call_leaves_nothing_to_note() -> None:
    seen = observe(lambda a, b: a + b, [np.ones(2)], {"b": 1.0})
    assert seen.value.tolist() == [2.0, 2.0]
    assert (seen.changed, seen.shared, seen.warnings) == ((), (), ())


def assigns(a: Any, b: Any) -> None:
    b[0] = 9.0


def test_a_changed_input_is_noted_by_its_place() -> None:
    assert observe(assigns, [np.ones(2), np.ones(2)], {}).changed == (1,)
    assert observe(assigns, [np.ones(2)], {"b": np.ones(2)}).changed == (1,)
    assert observe(assigns, [1, [1.0, 2.0]], {}).changed == (1,)
    assert observe(assigns, [1, {0: np.ones(1)}], {}).changed == (1,)


@pytest.mark.parametrize(
    "function",
    [lambda a: a, lambda a: a[::2], lambda a: [1, (a.T,)], lambda a: {"x": a[1:]}],
    ids=["itself", "a view", "in a tuple in a list", "in a dictionary"],
)
def test_shared_memory_is_noted(function: Any) -> None:
    assert observe(function, [np.ones((4, 2))], {}).shared == (0,)


def test_views_that_do_not_meet_share_nothing() -> None:
    both = np.ones(10)
    assert observe(lambda a: both[1::2], [both[::2]], {}).shared == ()


def test_floating_point_warnings_are_noted_and_others_are_not() -> None:
    def warns(a: np.ndarray) -> np.ndarray:
        import warnings

        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return a / np.zeros(2)

    assert observe(warns, [np.ones(2)], {}).warnings == ("divide by zero encountered in divide",)


def test_what_the_function_raises_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        observe(lambda: 1 / 0, [], {})


@pytest.mark.parametrize(
    "array", [np.ones((3, 2), order="F"), np.arange(10)[::-2], np.arange(24).reshape(2, 3, 4)[:, 1:]]
)
def test_a_copy_has_the_same_layout_and_its_own_memory(array: np.ndarray) -> None:
    twin = copy(array)
    assert twin.tolist() == array.tolist()
    assert twin.strides == array.strides
    assert not np.shares_memory(twin, array)


def test_a_copied_generator_draws_the_same_numbers_and_disturbs_none() -> None:
    rng = np.random.default_rng(3)
    drawn = copy(rng).random(4).tolist()
    assert rng.random(4).tolist() == drawn
