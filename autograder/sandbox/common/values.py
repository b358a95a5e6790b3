"""The forms in which values cross the socket, and their bounds. MessagePack has its own types for the plain ones."""

from __future__ import annotations

import math
from typing import TypeAlias

import msgspec
import numpy as np

MAX_DEPTH = 32
MAX_ITEMS = 200_000
MAX_AXES = 8
MAX_POOL = 64  # words of a seed's entropy pool; NumPy takes four, and would allocate and mix whatever it is told
MAX_BITS = 1023  # an integer of so many bits fits a float
_KINDS = [np.bool_, *np.sctypeDict.values()]
DTYPES = {np.dtype(kind).str for kind in _KINDS if np.dtype(kind).kind in "biufc"}


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True):
    """Base of the packed values for which MessagePack has no type."""


class BigInt(Node, frozen=True, array_like=True):
    """An integer beyond 64 bits, in hexadecimal digits."""

    digits: str


class Bytes(Node, frozen=True, array_like=True):
    """Bytes; MessagePack's own would look like text to the decoder."""

    data: bytes


class Complex(Node, frozen=True, array_like=True):
    """A complex number."""

    real: float
    imag: float


class Scalar(Node, frozen=True, array_like=True):
    """A NumPy scalar."""

    dtype: str
    data: bytes


class Array(Node, frozen=True, array_like=True):
    """An array's bytes in C order of its axes, and the memory layout to rebuild: 'C', 'F' or its strides in bytes."""

    dtype: str
    shape: tuple[int, ...]
    layout: str | tuple[int, ...]
    data: bytes


class Sequence(Node, frozen=True, array_like=True):
    """A list or a tuple."""

    items: tuple[Packed, ...]
    is_tuple: bool


class Mapping(Node, frozen=True, array_like=True):
    """A dictionary, in its order."""

    items: tuple[tuple[Packed, Packed], ...]


class Function(Node, frozen=True, array_like=True):
    """A function of the grader's: its number while the call lasts, and its name for messages."""

    handle: int
    name: str


class Random(Node, frozen=True, array_like=True):
    """A numpy Generator as its bit generator's name and state."""

    name: str
    state: Packed
    seed: Packed


Packed: TypeAlias = (
    bool | int | float | str | Bytes | BigInt | Complex | Scalar | Array | Sequence | Mapping | Function | Random | None
)


def rebuildable(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int) -> bool:
    """Whether memory with these strides holds each entry once, and not much else."""
    extent = itemsize
    for stride, count in sorted((abs(s), n) for s, n in zip(strides, shape, strict=True) if n > 1):
        if stride < extent:
            return False
        extent = stride * (count - 1) + extent
    return extent <= 4 * max(1, math.prod(shape)) * itemsize + 4096
