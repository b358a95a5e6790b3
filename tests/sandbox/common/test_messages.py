"""What crosses the socket: values come back as they were, and no bytes whatever do more than raise WireError."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.errors import WireError
from autograder.sandbox.common import messages
from autograder.sandbox.common.decode import BIT_GENERATORS
from autograder.sandbox.common.values import DTYPES
from autograder.testing.compare import difference

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ELEMENTS = st.sampled_from(sorted(dtype for dtype in DTYPES if np.dtype(dtype).itemsize <= 8))
ARRAYS = hnp.arrays(ELEMENTS, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
KEYS = st.text() | st.integers() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def there_and_back(value: Any) -> Any:
    """Through all that a value goes through between the two processes."""
    message = messages.Answer(1, messages.Packer().pack(value), (), (), ())
    framed = messages.frame(message)
    size = messages.length(framed[: messages.HEADER], len(framed))
    assert size == len(framed) - messages.HEADER
    arrived = messages.from_student(framed[messages.HEADER :])
    assert isinstance(arrived, messages.Answer)
    return messages.unpack(arrived.value)


def identical(a: Any, b: Any) -> bool:
    """Equal in type and value, all the way down; nan is nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return identical(list(a.items()), list(b.items()))
    return bool(a == b) or repr(a) == repr(b)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert identical(there_and_back(value), value)


@given(ARRAYS)
def test_an_array_that_arrived_is_fresh_and_can_be_written(array: np.ndarray) -> None:
    arrived = there_and_back(array)
    assert arrived.flags.writeable
    assert arrived.flags.aligned


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::2],
        np.arange(12.0)[::-3],
        np.arange(24).reshape(2, 3, 4)[:, ::2, ::-1],
        np.asfortranarray(np.ones((3, 2), np.float32)),
    ],
    ids=["transposed", "every other", "backwards", "three axes", "fortran"],
)
def test_the_layout_in_memory_is_kept(array: np.ndarray) -> None:
    arrived = there_and_back(array)
    assert (arrived.strides, arrived.tolist()) == (array.strides, array.tolist())
    assert arrived.flags.c_contiguous == array.flags.c_contiguous


def test_a_broadcast_view_arrives_as_its_entries_and_no_trick_of_memory() -> None:
    arrived = there_and_back(np.broadcast_to(np.arange(3.0), (4, 3)))
    assert arrived.tolist() == [[0.0, 1.0, 2.0]] * 4
    arrived[0, 0] = 9.0
    assert arrived[1, 0] == 0.0


@given(st.integers(0, 2**32), st.sampled_from(BIT_GENERATORS))
def test_a_generator_goes_on_with_the_same_numbers(seed: int, kind: str) -> None:
    rng = np.random.Generator(getattr(np.random, kind)(seed))
    rng.random(3)
    twin = there_and_back(rng)
    assert twin.random(5).tolist() == rng.random(5).tolist()


class Loud(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Sly(np.ndarray):
    def __array_finalize__(self, parent: object) -> None:
        self.trick = "carried along"


def test_subclasses_arrive_as_their_base_type() -> None:
    assert type(there_and_back(Loud(1.5))) is float
    arrived = there_and_back(np.ones(2).view(Sly))
    assert type(arrived) is np.ndarray
    assert not hasattr(arrived, "trick")


def read_all(body: bytes) -> None:
    """Decodes whatever comes, and unpacks what it holds, as the grader does."""
    message = messages.from_student(body)
    if isinstance(message, messages.Answer):
        messages.unpack(message.value)


@given(st.binary(max_size=300))
def test_garbage_raises_wire_error_and_nothing_else(body: bytes) -> None:
    try:
        read_all(body)
    except WireError:
        return
    assert messages.from_student(body)


@settings(max_examples=300)
@given(VALUES, st.data())
def test_a_message_with_changed_bytes_raises_wire_error_or_is_another_message(value: Any, data: st.DataObject) -> None:
    body = bytearray(messages.frame(messages.Answer(1, messages.Packer().pack(value), (), (), ()))[messages.HEADER :])
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(WireError):  # whatever else is raised fails
        read_all(bytes(body))


def test_a_header_that_claims_too_much_is_refused_before_anything_is_read() -> None:
    with pytest.raises(WireError, match="an answer of 4294967295 bytes, over the limit of 1000"):
        messages.length(b"\xff\xff\xff\xff", 1000)


def test_a_student_cannot_send_what_only_the_grader_may_say() -> None:
    for message in (messages.Execute(0, "1"), messages.Call(1, "f", (), ()), messages.Refused("no")):
        with pytest.raises(WireError):
            messages.from_student(messages.frame(message)[messages.HEADER :])


def test_the_comparator_sees_no_difference_after_the_journey() -> None:
    value = {"a": [1, 2.5, math.inf], "b": (np.float32(1.5), np.eye(2))}
    assert difference(there_and_back(value), value) is None
