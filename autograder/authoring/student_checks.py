"""The public checks and the locked hints, as they work in the student's notebook with nothing but NumPy.

The comparator's source and this module's go into the setup cell as one text, which runs in a namespace of its own: no
name of a student's can get in their way. The functions down to `run_case` also go into otter's test files, which must
be ASCII.

A hint is locked with the answers of the mistake that it belongs to: who makes that mistake can read it, and nobody else
(decision 35).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import textwrap
import traceback
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.testing.compare import difference, is_number


def array(data: Any, dtype: Any = None, shape: Any = None) -> Any:
    """What `array(...)` means in an expected answer; NumPy prints the shape of an empty array as well."""
    made = np.array(data, dtype=dtype)
    return made if shape is None else made.reshape(shape)


def shown_value(value: Any) -> str:
    """The value on one line or more, and what kind of value it is."""
    text = repr(value).replace("\n", "\n" + " " * 18)
    if len(text) > 400:
        text = text[:400] + " ..."
    if isinstance(value, np.ndarray):
        return f"{text}  (array, shape {value.shape}, dtype {value.dtype})"
    if is_number(value):
        return f"{text}  (a number)"
    return f"{text}  ({type(value).__name__})"


def where(error: BaseException, env: Mapping[str, Any]) -> str:
    """The line of the notebook at which the exception was raised, if it was one of the student's."""
    raised = zip(traceback.walk_tb(error.__traceback__), traceback.extract_tb(error.__traceback__))  # noqa: B905
    lines = [summary.line for (frame, _), summary in raised if frame.f_globals is env]
    return f"\n    at the line   {lines[-1]}" if lines and lines[-1] else ""


def run_case(
    env: Mapping[str, Any], name: str, before: list[str], shown: str, call: str, want: str, raises: str
) -> None:
    """Runs one example among the student's functions, and says what was called, what came back, what was expected."""
    scope = {**vars(np), "np": np, "array": array}
    if name not in env:
        raise AssertionError(f"there is nothing of this name; run the cell that defines {name} first")
    names = {**env, "np": np}
    indented = shown.replace("\n", "\n" + " " * 18)
    told = f"a public check failed.\n    called        {indented}\n"
    asked = raises or shown_value(eval(want, scope))
    expected = f"\n    expected      {asked}"
    try:
        for line in before:
            exec(line, names)
        got = eval(call, names)
    except NotImplementedError as error:
        culprit = traceback.extract_tb(error.__traceback__)[-1].name
        own = isinstance(env[name], type) and culprit in vars(env[name])
        whose = "" if culprit == name else f"{culprit} is " if own else f"waits for {culprit}, which is "
        raise AssertionError(f"{whose}not written yet (NotImplementedError)") from None
    except (Exception, SystemExit) as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        if raises in kinds:
            return
        raise AssertionError(f"{told}    it raised     {kinds[0]}: {error}{where(error, env)}{expected}") from None
    came = f"{told}    came back     {shown_value(got)}{expected}"
    if raises:
        raise AssertionError(came)
    found = difference(got, eval(want, scope))
    if found:
        raise AssertionError(f"{came}\n    what differs  {found.message}")


def examine(exercises: Mapping[str, Any], name: str, env: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether an exercise passes its public checks, and what the student reads about it."""
    if name not in exercises:
        return False, f"{name}: there is no exercise of this name. There are {', '.join(exercises)}."
    cases = exercises[name]["cases"]
    faults = list(faults_of(cases, name, env))
    if not faults:
        text = f"{name}: {len(cases)} public checks passed. Hidden tests look at more cases."
    else:
        text = f"{name}: {faults[0]}"
        others = len(faults) - 1
        if others and faults[0] != faults[-1]:
            text += f"\n  {others} more of the {len(cases)} checks {'fails' if others == 1 else 'fail'}."
        for other in called_by(env.get(name), set(exercises) - {name}):
            if any(faults_of(exercises[other]["cases"], other, env)):
                text += f"\n  `{name}` calls `{other}`, whose check fails: fix that first."
                return False, text
    hint = unlocked(exercises[name].get("hints"), name, env)
    lines = textwrap.wrap(hint, 88)  # a notebook breaks longer ones within a word
    return not faults, "\n  ".join([text, *lines])


def faults_of(cases: list[list[Any]], name: str, env: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with each example that fails."""
    for case in cases:
        try:
            run_case(env, name, *case)
        except AssertionError as fault:
            yield str(fault)


def called_by(function: Any, names: set[str]) -> list[str]:
    """Which of these names a function or class uses, in the order of its code."""
    codes = [getattr(part, "__code__", None) for part in [function, *vars(function).values()]] if function else []
    found: list[str] = []
    while codes:
        code = codes.pop(0)
        if isinstance(code, types.CodeType):
            found += [used for used in code.co_names if used in names and used not in found]
            codes += code.co_consts
    return found


ROUNDS = 10_000
OFF = 0.1372
"""Keeps answers with few decimals away from the borders of rounding."""
NOTE = "_note_"
"""What a probe of a class calls with the answers of its methods."""


def unlocked(hints: Mapping[str, Any] | None, name: str, env: Mapping[str, Any]) -> str:
    """The hint that opens with the answers of this function, or nothing."""
    if not hints or name not in env:
        return ""
    answers = [answers_to(session, name, env) for session in hints["probes"]]
    salt = bytes.fromhex(hints["salt"])
    for group in hints["locks"]:
        key = key_of([answers[at] for at in group["probes"]], salt)
        text = group["hints"].get(tag_of(key))
        if text is not None:
            return mixed(bytes.fromhex(text), key).decode().rstrip("\0")
    return ""


def noted(value: Any, changed: bool = False) -> Any:
    """One answer as it is compared, and whether the call changed what it was given."""
    return rounded(value) + (b" changed" if changed else b"")


def answers_to(session: list[str], name: str, env: Mapping[str, Any], note: Any = noted) -> list[Any]:
    """A note of each answer that a function gives while these statements call it."""
    log: list[Any] = []

    def call(*args: Any, **kwargs: Any) -> Any:
        before = content([args, kwargs])
        try:
            value = env[name](*args, **kwargs)
            if isinstance(value, types.GeneratorType):
                value = list(value)
        except (Exception, SystemExit) as error:
            log.append(note(error, content([args, kwargs]) != before))
            raise
        log.append(note(value, content([args, kwargs]) != before))
        return value

    scope = {**env, "np": np, name: call, NOTE: lambda value: log.append(note(value))}
    noise = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with noise[0], noise[1], warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for line in session:
            with contextlib.suppress(Exception, SystemExit):
                exec(line, scope)
    return log


def rounded(value: Any) -> bytes:
    """The value as bytes, the same ones for all that count as the same answer."""
    if isinstance(value, BaseException):
        return f"raises {type(value).__name__}".encode()
    if is_number(value):
        return b"number " + rounded_numbers(np.asarray(value) * np.float64(1.0))
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        kind = "int" if value.dtype.kind in "iu" else value.dtype.name
        return f"array {kind} {value.shape} ".encode() + rounded_numbers(value)
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(rounded, value)) + b"]"
    if isinstance(value, dict):
        return b"{" + b",".join(sorted(rounded(key) + b":" + rounded(value[key]) for key in value)) + b"}"
    if isinstance(value, (str, bool, np.bool_, type(None))):
        return f"{type(value).__name__.strip('_')} {value}".encode()
    return type(value).__name__.encode()


def rounded_numbers(values: np.ndarray) -> bytes:
    """Numbers to four decimals, large ones to eight digits, and those of float32 more coarsely."""
    if values.dtype.kind == "c":
        return rounded_numbers(values.real) + rounded_numbers(values.imag)
    decimals, digits = (3, 4) if values.dtype in (np.float32, np.float16) else (4, 7)
    numbers = values.astype("<f8", order="C")
    with np.errstate(all="ignore"):
        if np.all(np.abs(numbers) < 10.0 ** (digits - decimals)):
            return (np.rint(numbers * 10.0**decimals + OFF) + 0.0).tobytes()
        place = np.floor(np.log10(np.abs(numbers))) - digits
        unit = 10.0 ** np.maximum(np.where(np.isfinite(place), place, -decimals), -decimals)
        steps = np.where(np.isfinite(numbers), np.rint(numbers / unit + OFF), numbers) + 0.0
    return np.where(np.isnan(steps), np.nan, steps).tobytes() + unit.tobytes()  # there are many nan, and all are one


def content(value: Any) -> Any:
    """What is in an argument that a function might change."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        return [content(part) for part in value]
    return {key: content(value[key]) for key in value} if isinstance(value, dict) else None


def key_of(answers: list[list[bytes]], salt: bytes) -> bytes:
    """The key that these answers are together: slow to make, so that nobody tries all answers there may be."""
    secret = b"|".join(b";".join(log) for log in answers)
    if hasattr(hashlib, "pbkdf2_hmac"):
        return hashlib.pbkdf2_hmac("sha256", secret, salt, ROUNDS)
    start = hmac.new(secret, digestmod="sha256")  # Python in the browser comes without OpenSSL
    total, last = 0, salt + b"\0\0\0\1"
    for _ in range(ROUNDS):
        step = start.copy()
        step.update(last)
        last = step.digest()
        total ^= int.from_bytes(last, "big")
    return total.to_bytes(32, "big")


def tag_of(key: bytes) -> str:
    """What the right key is recognized by."""
    return hashlib.sha256(b"tag" + key).hexdigest()[:16]


def mixed(text: bytes, key: bytes) -> bytes:
    """The text encrypted, or the encrypted text in the clear. No key serves twice."""
    stream = hashlib.shake_256(key).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream))  # noqa: B905
