"""The comparator: whether an answer is the right one, looking at kind and shape before dtype before values.

Public checks, hidden tests and diagnosis use it. Its source goes into every public check as it stands here, so it needs
nothing but NumPy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

TOLERANCE = 1e-6
"""Share of the largest number in the right answer by which values may differ."""
TOLERANCE_32 = 1e-4
"""The same for results in float32 or less."""
FEW_DIGITS, MOST_DIGITS = 6, 17


class Difference(NamedTuple):
    """How two values differ. ``where`` marks the differing entries of an array; ``path`` leads to it, such as '[1]'.

    ``what`` is kind, length, keys, shape, dtype or values. ``parts`` are the two values at the end of the ``path``, the
    student's first; None without a path.
    """

    what: str
    message: str
    path: str = ""
    where: Any = None
    parts: Any = None


def difference(got: Any, want: Any) -> Difference | None:
    """The first difference, or None when the answer is right.

    Values agree within a millionth of the largest number in ``want`` (of 1 where all are 0), for results in float32
    within a ten-thousandth. nan equals nan. A number may be a Python number, a NumPy scalar or a 0-d array of any
    dtype but bool; an array's dtype must be the wanted one, where any width of integer is an integer.
    """
    return _differ(got, want, "", largest(want))


def largest(want: Any) -> float:
    """The largest finite absolute value in an answer, parts of lists and dictionaries included; 0.0 without any."""
    if isinstance(want, (list, tuple, dict)):
        return max(map(largest, want.values() if isinstance(want, dict) else want), default=0.0)
    if not isinstance(want, np.ndarray) and not is_number(want):
        return 0.0
    numbers = np.asarray(want)
    if numbers.dtype.kind not in "iufc":
        return 0.0
    sizes = np.abs(numbers.astype(np.complex128 if numbers.dtype.kind == "c" else np.float64))
    return float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))


def close(got: Any, want: Any, most: float | None = None) -> Any:
    """Entry by entry, whether two arrays or numbers agree within the tolerance; infinities must be the same.

    ``most`` is the largest number in the whole right answer, if ``want`` is only a part of it. It counts as a millionth
    at least: where a right answer is nothing but rounding, so may the student's be. Whole numbers are exact.
    """
    got, want = np.asarray(got), np.asarray(want)
    whole = want.dtype.kind not in "fc"
    if whole and got.dtype.kind not in "fc":
        return np.asarray(got == want)
    share = TOLERANCE_32 if want.dtype in (np.float32, np.float16, np.complex64) else TOLERANCE
    most = 1.0 if whole else (largest(want) if most is None else most) or 1.0
    kind = np.result_type(want.dtype, np.complex128 if "c" in (got.dtype.kind, want.dtype.kind) else np.float64)
    a, b = got.astype(kind), want.astype(kind)
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= share * max(most, share)
    return np.asarray(np.where(np.isfinite(a) & np.isfinite(b), near, (a == b) | (np.isnan(a) & np.isnan(b))))


def is_number(value: Any) -> bool:
    """Whether this is one number: Python's, NumPy's, or a 0-d array; not a truth value."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.ndim == 0 and value.dtype.kind in "iufc"
    return isinstance(value, (int, float, complex)) and not isinstance(value, bool)


def describe(value: Any) -> str:
    """What kind of value this is, for people: 'an array of shape (3,)', 'a number', 'a list of 4'."""
    if is_number(value):
        return "a number"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (bool, np.bool_)):
        return "a truth value"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    named = {type(None): "None", str: "a text", dict: "a dictionary", bytes: "bytes"}
    return named.get(type(value), type(value).__name__)


def digits_apart(got: Any, want: Any, where: Any = None) -> int:
    """With how many significant digits the differing numbers of two answers look different; six at least."""
    numeric = all(is_number(value) or isinstance(value, np.ndarray) for value in (got, want))
    if not numeric or np.shape(got) != np.shape(want):
        return FEW_DIGITS
    pairs = list(zip(np.ravel(got), np.ravel(want), strict=True))
    marked = np.ravel(where) if np.shape(where) == np.shape(want) else np.ones(len(pairs), dtype=bool)
    return max((_digits(*pairs[at]) for at in np.flatnonzero(marked)[:100]), default=FEW_DIGITS)


def _digits(a: Any, b: Any) -> int:
    if not is_number(a) or not is_number(b) or a == b or (a != a and b != b):
        return FEW_DIGITS
    return next((n for n in range(FEW_DIGITS, MOST_DIGITS) if f"{a:.{n}g}" != f"{b:.{n}g}"), MOST_DIGITS)


def _differ(got: Any, want: Any, path: str, most: float) -> Difference | None:
    if is_number(want):
        return _number(got, want, path, most)
    if isinstance(want, np.ndarray):
        return _array(got, want, path, most)
    if isinstance(want, (list, tuple)):
        return _sequence(got, want, path, most)
    if isinstance(want, dict):
        return _mapping(got, want, path, most)
    if isinstance(want, (bool, np.bool_)) and isinstance(got, (bool, np.bool_)):
        return None if got == want else Difference("values", f"the answer is {bool(got)}, expected {bool(want)}", path)
    if type(got) is not type(want):
        return _kind(got, describe(want), path)
    return None if got == want else Difference("values", f"the answer is {got!r:.80}, expected {want!r:.80}", path)


def _kind(got: Any, want: str, path: str) -> Difference:
    hint = " (does the function return its result?)" if got is None else ""
    return Difference("kind", f"the answer{path} is {describe(got)}, expected {want}{hint}", path)


def _number(got: Any, want: Any, path: str, most: float) -> Difference | None:
    if not is_number(got):
        return _kind(got, "a number", path)
    if close(got, want, most).all():
        return None
    got, want = np.asarray(got)[()], np.asarray(want)[()]
    digits = _digits(got, want)
    return Difference("values", f"the answer{path} is {got:.{digits}g}, expected {want:.{digits}g}", path)


def _array(got: Any, want: np.ndarray, path: str, most: float) -> Difference | None:
    if not isinstance(got, np.ndarray) and not (want.ndim == 0 and isinstance(got, np.generic)):
        return _kind(got, describe(want), path)
    got = np.asarray(got)
    if got.shape != want.shape:
        return Difference("shape", f"the answer{path} has shape {got.shape}, expected {want.shape}", path)
    if got.dtype != want.dtype and not (got.dtype.kind in "iu" and want.dtype.kind in "iu"):
        return Difference("dtype", f"the answer{path} has dtype {got.dtype}, expected {want.dtype}", path)
    wrong = ~close(got, want, most)
    if not wrong.any():
        return None
    count = f"{int(wrong.sum())} of {wrong.size} entries differ" if wrong.size > 1 else "the value differs"
    return Difference("values", f"{count}{' in the answer' + path if path else ''}", path, wrong)


def _sequence(got: Any, want: Any, path: str, most: float) -> Difference | None:
    if not isinstance(got, (list, tuple)):
        return _kind(got, describe(want), path)
    if len(got) != len(want):
        return Difference("length", f"the answer{path} has {len(got)} parts, expected {len(want)}", path)
    for index, (a, b) in enumerate(zip(got, want, strict=True)):
        found = _differ(a, b, f"{path}[{index}]", most)
        if found:
            return _between(found, a, b)
    return None


def _mapping(got: Any, want: dict[Any, Any], path: str, most: float) -> Difference | None:
    if not isinstance(got, dict):
        return _kind(got, "a dictionary", path)
    if set(got) != set(want):
        return Difference("keys", f"the answer{path} has the keys {_keys(got)}", path)
    for key in want:
        found = _differ(got[key], want[key], f"{path}[{key!r}]", most)
        if found:
            return _between(found, got[key], want[key])
    return None


def _keys(got: dict[Any, Any]) -> list[str]:
    """The first keys of a dictionary, of which each may be as long as the student likes."""
    return sorted(str(key)[:40] for key in [*got][:20])


def _between(found: Difference, got: Any, want: Any) -> Difference:
    """The difference with the two values that it was found between, unless these lie deeper."""
    return found if found.parts else found._replace(parts=(got, want))
