"""Unpacks what came over the socket: values, never code. A part that contradicts itself or is too large is refused."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.sandbox.common.values import (
    DTYPES,
    MAX_AXES,
    MAX_BITS,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_POOL,
    Array,
    BigInt,
    Bytes,
    Complex,
    Function,
    Mapping,
    Packed,
    Random,
    Scalar,
    Sequence,
    rebuildable,
)

MAX_ODD_KEYS = 1000  # keys whose hashes can be made to collide, which takes quadratic time
HASH_MODULUS = sys.hash_info.modulus  # multiples of it all have the hash 0
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class Unpacker:
    """Unpacks values; ``items`` counts their parts. Arrays are fresh and writeable.

    Args:
        function: makes the callable that stands for a packed function; without it, a function is an error.
    """

    def __init__(self, function: Callable[[Function], Any] | None = None) -> None:
        self.items = 0
        self._function = function
        self._odd_keys = 0

    def unpack(self, packed: Packed) -> Any:
        """The value that was packed.

        Raises:
            WireError: if a part contradicts itself, or there are too many.
        """
        try:
            return self._value(packed, 0)
        except (ValueError, TypeError, OverflowError, MemoryError) as fault:  # what NumPy says of an impossible array
            raise WireError(f"a value that cannot be: {type(fault).__name__}") from None

    def _value(self, packed: Packed, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise WireError("a value that is nested too deeply or has too many parts")
        if isinstance(packed, Sequence):
            items = [self._value(item, depth + 1) for item in packed.items]
            return tuple(items) if packed.is_tuple else items
        if isinstance(packed, Mapping):
            return {self._key(key, depth + 1): self._value(value, depth + 1) for key, value in packed.items}
        if isinstance(packed, Array):
            return _unpack_array(packed)
        if isinstance(packed, Scalar):
            return _unpack_array(Array(packed.dtype, (), "C", packed.data))[()]
        if isinstance(packed, Bytes):
            return packed.data
        if isinstance(packed, Complex):
            return complex(packed.real, packed.imag)
        if isinstance(packed, BigInt):
            return _unpack_int(packed)
        if isinstance(packed, Random):
            return _unpack_generator(
                packed.name, *(self._value(part, depth + 1) for part in (packed.state, packed.seed))
            )
        if isinstance(packed, Function):
            if self._function is None:
                raise WireError("a function where only values are allowed")
            return self._function(packed)
        return packed

    def _key(self, packed: Packed, depth: int) -> Any:
        if not isinstance(packed, str | int | float | None) or (
            isinstance(packed, int) and abs(packed) >= HASH_MODULUS
        ):
            self._odd_keys += 1
            if self._odd_keys > MAX_ODD_KEYS:
                raise WireError(f"more than {MAX_ODD_KEYS} dictionary keys that are neither texts nor plain numbers")
        return self._value(packed, depth)


def unpack(packed: Packed, function: Callable[[Function], Any] | None = None) -> Any:
    """The value that was packed, by a fresh `Unpacker`."""
    return Unpacker(function).unpack(packed)


def _unpack_int(packed: BigInt) -> int:
    if len(packed.digits) > MAX_BITS:
        raise WireError("an integer over its bound")
    value = int(packed.digits, 16)
    if value.bit_length() > MAX_BITS:
        raise WireError("an integer over its bound")
    return value


def _unpack_array(packed: Array) -> np.ndarray:
    if packed.dtype not in DTYPES:
        raise WireError(f"an array of the unknown dtype {packed.dtype[:20]!r}")
    dtype, shape = np.dtype(packed.dtype), packed.shape
    if len(shape) > MAX_AXES or any(not 0 <= n < 2**40 for n in shape):
        raise WireError("an array of an impossible shape")
    if math.prod(shape) * dtype.itemsize != len(packed.data):
        raise WireError("an array whose bytes do not fill its shape")
    flat = np.frombuffer(packed.data, dtype).reshape(shape)
    if packed.layout == "C":
        return flat.copy()
    if packed.layout == "F":
        return flat.copy(order="F")
    return _strided(flat, packed.layout)


def _strided(flat: np.ndarray, strides: str | tuple[int, ...]) -> np.ndarray:
    if isinstance(strides, str) or len(strides) != flat.ndim or any(s % flat.itemsize for s in strides):
        raise WireError("an array of an unknown layout")
    if flat.size == 0 or not rebuildable(flat.shape, strides, flat.itemsize):
        return flat.copy()
    spans = [(n - 1) * s for n, s in zip(flat.shape, strides, strict=True)]
    low, high = sum(s for s in spans if s < 0), sum(s for s in spans if s > 0)
    memory = np.zeros((high - low) // flat.itemsize + 1, flat.dtype)
    array = np.ndarray(flat.shape, flat.dtype, memory, offset=-low, strides=strides)
    array[...] = flat
    return array


def _unpack_generator(name: str, state: Any, seed: Any) -> np.random.Generator:
    if name not in BIT_GENERATORS:
        raise WireError(f"a generator of the unknown kind {name[:20]!r}")
    try:
        _check_seed(seed)
        bits = getattr(np.random, name)(np.random.SeedSequence(**seed) if seed else None)
        _check_positions(state)
        bits.state = state
    except Exception as fault:  # NumPy raises whatever it meets in a malformed state
        raise WireError(f"a generator's state that cannot be: {type(fault).__name__}") from None
    return np.random.Generator(bits)


def _check_seed(seed: dict[str, Any] | None) -> None:
    """NumPy would take gigabytes, and hours in C, for an entropy pool as large as claimed."""
    if seed and not 0 <= seed.get("pool_size", 0) <= MAX_POOL:
        raise ValueError("an entropy pool beyond its bound")


def _check_positions(state: dict[str, Any]) -> None:
    """NumPy trusts these two, and would read beyond its buffers."""
    inner = state["state"]
    if not 0 <= inner.get("pos", 0) <= 624 or not 0 <= state.get("buffer_pos", 0) <= 4:
        raise ValueError("a position outside the buffer")
