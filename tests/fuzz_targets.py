"""The decoders of what comes from outside, each with valid inputs to begin with and the errors that it documents."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import small_course
import yaml
from small_course import PROJECT, own_solutions

from autograder.building import build_from_course
from autograder.course import load_course
from autograder.errors import AutograderError, CourseError, SubmissionError, WallError, WireError
from autograder.parsing import parse
from autograder.released import Expected
from autograder.sandbox import wire, zygote
from autograder.sandbox.interpreter import Interpreter, InterpreterGone


@dataclass(frozen=True)
class Target:
    """One decoder. ``load`` and ``dump`` are its format, so that whole values can be changed and not only bytes."""

    name: str
    feed: Callable[[bytes], object]
    documented: tuple[type[AutograderError], ...]
    seeds: tuple[bytes, ...]
    load: Callable[[bytes], Any]
    dump: Callable[[Any], bytes]
    largest: int = 60_000


def targets(folder: Path, built: Path | None = None) -> tuple[Target, ...]:
    """All decoders; ``folder`` holds what they need to be called. ``built`` is the small course, where it is built."""
    unpacked = {"load": msgspec.msgpack.decode, "dump": msgspec.msgpack.encode}
    plain = {"load": msgspec.json.decode, "dump": msgspec.json.encode}
    expected, notebooks = _released(built or _built(folder))
    config = (PROJECT / "course.yml").read_bytes(), small_course.CONFIG.encode()
    return (
        Target("wire, from the student", _from_student, (WireError,), _messages(_FROM), **unpacked),
        Target("wire, to the student", _to_student, (WireError,), _messages(_TO), **unpacked),
        Target("reports of the control socket", _Control(), (InterpreterGone, WallError), _reports(), **plain),
        Target("notebook", partial(parse, assignment="toy", expected=expected), (SubmissionError,), notebooks, **plain),
        Target(
            "course.yml", _Config(folder), (CourseError,), config, load=yaml.safe_load, dump=_as_yaml, largest=5_000
        ),
    )


# --- the wire ---------------------------------------------------------------------------------------------------------

_ARRAY = np.arange(12.0).reshape(3, 4)
_VALUES = (
    None, True, 7, -(2**70), 2.5, 1 + 2j, "text", b"bytes", [1, (2.0, "x")], {"key": [1.0], 3: {}}, np.float32(1.5),
    _ARRAY, _ARRAY.T, _ARRAY[::2, ::-1], np.zeros((0, 3), bool), np.arange(3, dtype=np.int8), np.random.default_rng(1),
    np.random.Generator(np.random.MT19937(1)), np.random.Generator(np.random.Philox(1)), np.array(1.0),
)  # fmt: skip
_PACKED = tuple(wire.Packer().pack(value) for value in _VALUES)
_FUNCTION = wire.Function(2**61, "relu")
_OUTPUTS = (wire.Stream("stdout", "text"), wire.Display({"text/plain": "2"}, 1), wire.Failure("E", "m", ("line",)))
_FROM = (
    wire.Locked(),
    wire.Unlocked("seccomp", "reason", "remedy"),
    wire.Executed(3, _OUTPUTS),
    *(wire.Answer(1, value, (0,), (1,), ("overflow",)) for value in _PACKED),
    wire.Answer(1, wire.Sequence((_FUNCTION,), False), (), (), ()),
    wire.Raised(1, "ValueError", ("ValueError", "Exception"), "message", ("cell 1, line 1",)),
    wire.Missing(1, "an int"),
    wire.NotSent(1, "a set"),
    wire.Callback(5, _PACKED[:6], (("x", _PACKED[-1]),)),
    wire.Invoked(_PACKED[11], ""),
)
_TO = (
    wire.Files((("data.txt", b"1 2 3"),)),
    wire.Execute(1, "x = 1", True),
    *(wire.Call(1, "f", (value,), (("k", value),), (_FUNCTION,)) for value in _PACKED),
    wire.Returned(_PACKED[11], ((0, _PACKED[12]),)),
    wire.Refused("reason"),
    wire.Invoke(1, _PACKED[:3]),
)


def _messages(messages: tuple[Any, ...]) -> tuple[bytes, ...]:
    return tuple(wire.frame(message)[wire.HEADER :] for message in messages)


def _from_student(body: bytes) -> None:
    """All that the grader does with a message before it compares."""
    wire.length(body[: wire.HEADER].ljust(wire.HEADER, b"\0"), 2**32)
    _unpack(wire.from_student(body))


def _to_student(body: bytes) -> None:
    _unpack(wire.to_student(body))


def _unpack(message: Any) -> None:
    for value in _values(message):
        wire.Unpacker(lambda function: function.name).unpack(value)


def _values(message: Any) -> Iterator[Any]:
    match message:
        case wire.Answer() | wire.Invoked():
            yield message.value
        case wire.Callback() | wire.Call():
            yield from (*message.args, *(value for _, value in message.kwargs))
        case wire.Returned():
            yield from (message.value, *(value for _, value in message.written))
        case wire.Invoke():
            yield from message.args


# --- the control socket -----------------------------------------------------------------------------------------------


def _reports() -> tuple[bytes, ...]:
    reports = (
        zygote.Ready(),
        zygote.Spawned(17),
        zygote.Reaped(9, 0, 2**30, True),
        zygote.Broken("landlock", "reason", "remedy"),
    )
    return tuple(msgspec.json.encode(report) for report in reports)


class _Control:
    """The grader's end of a warmed interpreter, at whose other end stands the fuzzer."""

    def __call__(self, data: bytes) -> object:
        """Receives one report as `reap` does."""
        interpreter = Interpreter.__new__(Interpreter)
        interpreter._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        interpreter.said = lambda: ""  # type: ignore[method-assign]  # there is no process that could say anything
        with interpreter._control, other:
            other.send(data[:60_000] or b"\0")
            return interpreter._expect(zygote.Reaped, 5.0)


# --- notebooks and course.yml -----------------------------------------------------------------------------------------


def _built(folder: Path) -> Path:
    root = small_course.write(folder / "course")
    with own_solutions():
        build_from_course(load_course(root), small_course.NAME)
    return root


def _released(root: Path) -> tuple[Expected, tuple[bytes, ...]]:
    whole = small_course.notebook(root)
    notebook = json.loads(whole)
    answers = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    small = json.dumps({**notebook, "cells": answers}).encode()
    tiny = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["1\n", "2"], "metadata": {}}]}
    ).encode()
    expected = Expected.from_release(small_course.release(root), small_course.NAME)
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": answers}]}
    return expected, (small, small, small, tiny, small.decode().encode("utf-16"), json.dumps(old).encode(), whole)


class _Config:
    """Reads bytes as the course.yml of a course."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "config"
        self.folder.mkdir()

    def __call__(self, data: bytes) -> object:
        """Loads it."""
        (self.folder / "course.yml").write_bytes(data)
        course = load_course(self.folder)
        return course.gradebook, [course.source_path(name) for name in course.assignments]


def _as_yaml(value: Any) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode("utf-8", "surrogatepass")
