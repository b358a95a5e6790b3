"""Packs values for the socket; any unknown kind is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

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

MAX_SPAWNED = 10_000


class Unsendable(Exception):
    """A value that cannot cross the socket; ``what`` names it for people, such as 'a DataFrame'."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class Packer:
    """Packs values; functions are packed too when ``register`` gives each a number."""

    def __init__(self, register: Callable[[Callable[..., Any]], int] | None = None) -> None:
        self._register = register
        self._items = 0

    def pack(self, value: Any, depth: int = 0) -> Packed:
        """The packed form of ``value``.

        Raises:
            Unsendable: if the value, or one inside it, is of a type that the wire does not carry, or over a bound.
        """
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise Unsendable("a value that is nested too deeply or has too many parts")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, np.ndarray):
            return _pack_array(value)
        if isinstance(value, np.generic):
            return _pack_scalar(value)
        if isinstance(value, int):
            return _pack_int(int.__int__(value))
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, complex):
            return Complex(*_parts(value))
        if isinstance(value, str):
            return _pack_text(value)
        if isinstance(value, bytes | bytearray):
            return Bytes(bytes(value))
        if isinstance(value, list | tuple):
            items = (list if isinstance(value, list) else tuple).__iter__(value)  # type: ignore[arg-type]
            return Sequence(tuple(self.pack(item, depth + 1) for item in items), isinstance(value, tuple))
        if isinstance(value, dict):
            pairs = dict.items(value)
            return Mapping(tuple((self.pack(k, depth + 1), self.pack(v, depth + 1)) for k, v in pairs))
        if isinstance(value, np.random.Generator):
            bits = value.bit_generator
            return Random(type(bits).__name__, self.pack(bits.state, depth + 1), self.pack(_seed(bits), depth + 1))
        if callable(value) and self._register is not None:
            return Function(self._register(value), str(getattr(value, "__name__", type(value).__name__))[:100])
        raise Unsendable(describe(value))


def describe(value: Any) -> str:
    """A value's type with its article: 'a DataFrame', 'an object of type int64'."""
    name = type(value).__name__
    if callable(value) and name in {"function", "builtin_function_or_method", "method"}:
        name = "function"
    return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name[:80]}"


def _parts(value: complex) -> tuple[float, float]:
    plain = complex.__complex__(value)
    return plain.real, plain.imag


def _pack_int(value: int) -> int | BigInt:
    if -(2**63) <= value < 2**64:
        return value
    if value.bit_length() > MAX_BITS:
        raise Unsendable(f"an integer of more than {MAX_BITS} bits")
    return BigInt(hex(value))


def _pack_text(value: str) -> str:
    plain = str.__str__(value)
    try:
        plain.encode()
    except UnicodeEncodeError:
        raise Unsendable("a text with half a character in it (a lone surrogate)") from None
    return plain


def _pack_scalar(value: np.generic) -> Packed:
    if value.dtype.kind in "US":
        return _pack_text(str(value))
    native = value.dtype.newbyteorder("=")
    if native.str not in DTYPES:
        raise Unsendable(f"a NumPy value of dtype {value.dtype}")
    return Scalar(native.str, np.asarray(value, dtype=native).tobytes())


def _pack_array(value: np.ndarray) -> Array:
    base = np.ndarray.view(value, np.ndarray)
    native = base.dtype.newbyteorder("=")
    if native.str not in DTYPES:
        raise Unsendable(f"an array of dtype {base.dtype}")
    if base.ndim > MAX_AXES:
        raise Unsendable(f"an array of more than {MAX_AXES} axes")
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise Unsendable("a masked array with masked entries")
    return Array(native.str, base.shape, _layout(base), base.astype(native, copy=False).tobytes())


def _layout(array: np.ndarray) -> str | tuple[int, ...]:
    if array.flags.c_contiguous:
        return "C"
    if array.flags.f_contiguous:
        return "F"
    return array.strides if rebuildable(array.shape, array.strides, array.itemsize) else "C"


def _seed(bits: np.random.BitGenerator) -> dict[str, Any] | None:
    """What `spawn` makes new generators from; the state alone does not tell."""
    seed: Any = bits.seed_seq
    if (
        not isinstance(seed, np.random.SeedSequence)
        or seed.n_children_spawned > MAX_SPAWNED
        or seed.pool_size > MAX_POOL
    ):
        return None
    return {name: getattr(seed, name) for name in ("entropy", "spawn_key", "pool_size", "n_children_spawned")}
