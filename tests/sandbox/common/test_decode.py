"""What a packed value claims of itself is believed only as far as it holds, and takes no memory before that."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.errors import WireError
from autograder.sandbox.common import messages
from autograder.sandbox.common.decode import HASH_MODULUS, unpack
from autograder.sandbox.common.encode import Packer
from autograder.sandbox.common.values import MAX_POOL, Mapping, Random


@pytest.mark.parametrize(
    "packed",
    [
        ["Array", "|O8", [1], "C", b"12345678"],
        ["Array", "<f8", [1000, 1000, 1000], "C", b""],
        ["Array", "<f8", [-1], "C", b""],
        ["Array", "<f8", [2**62, 4], "C", b""],
        ["Array", "<f8", [1], "C", b"123"],
        ["Array", "<f8", [2], [2**50], b"1" * 16],
        ["Array", "<f8", [2], [3], b"1" * 16],
        ["Array", "<f8", [1] * 100, "C", b"12345678"],
        ["Scalar", "|V8", b"12345678"],
        ["BigInt", "not a number"],
        ["BigInt", "f" * 100_000],
        ["Random", "os", ["Mapping", []]],
        ["Random", "PCG64", ["Mapping", [["state", 1]]]],
        ["Function", 1, "print"],
        ["Mapping", [[["Sequence", [1], False], 2]]],
        ["Sequence", [1], False, "one field too many"],
        ["Exec", "1"],
    ],
    ids=lambda packed: " ".join(map(str, packed))[:40],
)
def test_a_part_that_contradicts_itself_is_refused_without_taking_memory(packed: list[Any]) -> None:
    body = msgspec.msgpack.encode(["Answer", 1, packed, [], [], []])
    tracemalloc.start()
    try:
        arrived = None
        with suppress(WireError):
            message = messages.from_student(body)
            assert isinstance(message, messages.Answer)
            arrived = unpack(message.value)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
    assert arrived is None or isinstance(arrived, np.ndarray)  # strange strides are only a layout, and left out


def test_keys_that_are_made_to_collide_are_bounded() -> None:
    packed = Mapping(tuple((number * HASH_MODULUS, 0) for number in range(1, 2000)))
    with pytest.raises(WireError, match="neither texts nor plain numbers"):
        unpack(packed)
    assert len(unpack(Mapping(tuple((number, 0) for number in range(2000))))) == 2000


def test_a_generators_entropy_pool_is_bounded() -> None:
    """NumPy would allocate, and mix for hours in C, as large a pool as it is told."""
    packed = Packer().pack(np.random.default_rng(1))
    assert isinstance(packed, Random)
    for size in (MAX_POOL + 1, 2**20, 2**32, -1, 2.5e9):
        seed = unpack(packed.seed) | {"pool_size": size}
        with pytest.raises(WireError, match="a generator's state that cannot be: ValueError"):
            unpack(Random(packed.name, packed.state, Packer().pack(seed)))
    wide = np.random.Generator(np.random.PCG64(np.random.SeedSequence(1, pool_size=MAX_POOL)))
    assert unpack(Packer().pack(wide)).random() == wide.random()
