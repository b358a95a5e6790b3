"""The comparator: whether an answer is the right one, looking at kind and shape before dtype before values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

ABSOLUTE, RELATIVE = 1e-8, 1e-6
ABSOLUTE_32, RELATIVE_32 = 1e-5, 1e-4


@dataclass(frozen=True)
class Difference:
    """How two values differ. ``where`` marks the differing entries of an array; ``path`` leads to it, such as '[1]'.

    ``parts`` are the two values at the end of the ``path``, the student's first; None without a path.
    """

    what: str  # kind, length, keys, shape, dtype, values
    message: str
    path: str = ""
    where: np.ndarray | None = None
    parts: tuple[Any, Any] | None = None


def difference(got: Any, want: Any, *, path: str = "") -> Difference | None:
    """The first difference, or None when the answer is right.

    Values agree within 1e-8 + 1e-6 |want|, or 1e-5 + 1e-4 |want| for results in float32. nan equals nan. A number may
    be a Python number, a NumPy scalar or a 0-d array of any dtype but bool; an array's dtype must be the wanted one.
    """
    if is_number(want):
        return _number(got, want, path)
    if isinstance(want, np.ndarray):
        return _array(got, want, path)
    if isinstance(want, list | tuple):
        return _sequence(got, want, path)
    if isinstance(want, dict):
        return _mapping(got, want, path)
    if type(got) is not type(want):
        return _kind(got, describe(want), path)
    return None if got == want else Difference("values", f"the answer is {got!r:.80}, expected {want!r:.80}", path)


def is_number(value: Any) -> bool:
    """Whether this is one number: Python's, NumPy's, or a 0-d array; not a truth value."""
    if isinstance(value, np.ndarray | np.generic):
        return value.ndim == 0 and value.dtype.kind in "iufc"
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def describe(value: Any) -> str:
    """What kind of value this is, for people: 'an array of shape (3,)', 'a number', 'a list of 4'."""
    if is_number(value):
        return "a number"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return {type(None): "None", str: "a text", dict: "a dictionary", bytes: "bytes"}.get(
        type(value), type(value).__name__
    )


def _kind(got: Any, want: str, path: str) -> Difference:
    hint = " (does the function return its result?)" if got is None else ""
    return Difference("kind", f"the answer{path} is {describe(got)}, expected {want}{hint}", path)


def _number(got: Any, want: Any, path: str) -> Difference | None:
    if not is_number(got):
        return _kind(got, "a number", path)
    if close(np.asarray(got), np.asarray(want), single=_is_single(want)).all():
        return None
    return Difference("values", f"the answer{path} is {_plain(got)}, expected {_plain(want)}", path)


def _plain(value: Any) -> str:
    return f"{np.asarray(value)[()]:.6g}"


def _array(got: Any, want: np.ndarray, path: str) -> Difference | None:
    if not isinstance(got, np.ndarray) and not (want.ndim == 0 and isinstance(got, np.generic)):
        return _kind(got, describe(want), path)
    got = np.asarray(got)
    if got.shape != want.shape:
        return Difference("shape", f"the answer{path} has shape {got.shape}, expected {want.shape}", path)
    if got.dtype != want.dtype:
        return Difference("dtype", f"the answer{path} has dtype {got.dtype}, expected {want.dtype}", path)
    wrong = ~close(got, want, single=_is_single(want))
    if not wrong.any():
        return None
    count = f"{int(wrong.sum())} of {wrong.size} entries differ" if wrong.size > 1 else "the value differs"
    return Difference("values", f"{count}{' in the answer' + path if path else ''}", path, wrong)


def _is_single(want: Any) -> bool:
    return getattr(want, "dtype", None) in (np.float32, np.float16, np.complex64)


def close(got: np.ndarray, want: np.ndarray, *, single: bool) -> np.ndarray:
    """Entry by entry, whether two arrays of one shape agree within the tolerance; infinities must be the same."""
    absolute, relative = (ABSOLUTE_32, RELATIVE_32) if single else (ABSOLUTE, RELATIVE)
    if want.dtype.kind not in "fc" and got.dtype.kind not in "fc":
        return np.asarray(got == want)
    kind = np.result_type(want.dtype, np.complex128 if "c" in (got.dtype.kind, want.dtype.kind) else np.float64)
    a, b = got.astype(kind), want.astype(kind)
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= absolute + relative * np.abs(b)
    return np.asarray(np.where(np.isfinite(a) & np.isfinite(b), near, (a == b) | (np.isnan(a) & np.isnan(b))))


def _sequence(got: Any, want: list[Any] | tuple[Any, ...], path: str) -> Difference | None:
    if not isinstance(got, list | tuple):
        return _kind(got, describe(want), path)
    if len(got) != len(want):
        return Difference("length", f"the answer{path} has {len(got)} parts, expected {len(want)}", path)
    for index, (a, b) in enumerate(zip(got, want, strict=True)):
        found = difference(a, b, path=f"{path}[{index}]")
        if found:
            return _between(found, a, b)
    return None


def _mapping(got: Any, want: dict[Any, Any], path: str) -> Difference | None:
    if not isinstance(got, dict):
        return _kind(got, "a dictionary", path)
    if set(got) != set(want):
        return Difference("keys", f"the answer{path} has the keys {sorted(map(str, got))[:20]}", path)
    for key in want:
        found = difference(got[key], want[key], path=f"{path}[{key!r}]")
        if found:
            return _between(found, got[key], want[key])
    return None


def _between(found: Difference, got: Any, want: Any) -> Difference:
    """The difference with the two values that it was found between, unless these lie deeper."""
    return found if found.parts else replace(found, parts=(got, want))
