"""The decoders of what comes from outside, each with valid inputs to begin with and the errors that it documents."""

from __future__ import annotations

import io
import json
import socket
import zipfile
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

from autograder.authoring.build import build_from_course
from autograder.course import load_course
from autograder.errors import AutograderError, CourseError, InterpreterGone, SubmissionError, WallError, WireError
from autograder.integrations.lms.archive import filled, opened
from autograder.integrations.lms.file_names import READERS
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import parse
from autograder.sandbox.common import control, values
from autograder.sandbox.common import messages as wire
from autograder.sandbox.host.interpreter import Interpreter
from autograder.workspace.roster import Roster, load_roster


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
        Target("download of an LMS", _Download(folder), (SubmissionError,), _downloads(), load=_unzipped, dump=_zipped),
        Target("roster", _Roster(folder), (CourseError,), _ROSTERS, load=_rows, dump=_as_csv, largest=5_000),
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
    wire.Answer(1, values.Sequence((_FUNCTION,), False), (), (), ()),
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
        control.Ready(),
        control.Spawned(17),
        control.Spent(1.25),
        control.Reaped(9, 0, 2**30, True),
        control.Broken("landlock", "reason", "remedy"),
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
            return interpreter._expect(control.Reaped, 5.0)


# --- notebooks and course.yml -----------------------------------------------------------------------------------------


def _built(folder: Path) -> Path:
    root = small_course.write(folder / "course")
    with own_solutions():
        build_from_course(load_course(root), small_course.NAME)
    return root


def _released(root: Path) -> tuple[Release, tuple[bytes, ...]]:
    whole = small_course.notebook(root)
    notebook = json.loads(whole)
    answers = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    small = json.dumps({**notebook, "cells": answers}).encode()
    tiny = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["1\n", "2"], "metadata": {}}]}
    ).encode()
    expected = Release.from_release(small_course.release(root), small_course.NAME)
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


# --- what an LMS hands out --------------------------------------------------------------------------------------------

_ROSTERS = (
    b"id,first_name,last_name,email,canvas_id,sis_id,login,section\n"
    b"student-001,Student,One,one@example.org,123,s1,jane,A\nstudent-002,St\xc3\xbcdent,Tw\xc3\xb6,,124,s2,two,B\n",
    "\ufeffid;email\r\nstudent-003;x@example.org\r\n".encode(),
)
_METADATA = """\
submission_77:
  :submitters:
  - :name: Student One
    :sid: s1
    :email: jane@example.org
  :created_at: 2030-01-31 12:00:00 Z
  :score: 1.0
submission_78:
  :submitters: []
"""


def _downloads() -> tuple[bytes, ...]:
    files = (
        {"onestudent_123_456_toy.ipynb": "{}", "onestudent_LATE_123_457_toy-1.ipynb": "{}", "other_9_1_data.csv": "1"},
        {
            "Student One_17_assignsubmission_file_/toy.ipynb": "{}",
            "Student Two_18_assignsubmission_file_toy.ipynb": "{}",
        },
        {"x/submission_77/toy.ipynb": "{}", "x/submission_78/toy.ipynb": "{}", "x/submission_metadata.yml": _METADATA},
        {"student-001/toy.ipynb": "{}", "student-002.ipynb": "{}", "student-002_toy.ipynb": "{}", "__MACOSX/x": ""},
    )
    return tuple(_zipped(one) for one in files)


def _zipped(files: Any) -> bytes:
    if not isinstance(files, dict):
        raise TypeError("a zip is made of names and texts")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(str(name)[:60_000]), str(text).encode("utf-8", "surrogatepass"))
    return data.getvalue()


def _unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info).decode() for info in archive.infolist()}


class _Download:
    """Reads a zip as each system's download."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "download.zip"
        course = folder / "roster-of-download"
        self.roster = _Roster(course)(_ROSTERS[0])

    def __call__(self, data: bytes) -> object:
        """Reads it."""
        self.path.write_bytes(data)
        with opened(self.path) as found:
            contents = filled(found)
            return contents, [list(read(found, self.roster, "toy")) for read in READERS.values()]


class _Roster:
    """Reads bytes as the roster of a course."""

    def __init__(self, folder: Path) -> None:
        root = folder / "roster"
        root.mkdir(parents=True)
        (root / "course.yml").write_text(small_course.CONFIG + "roster: roster.csv\n")
        self.course = load_course(root)

    def __call__(self, data: bytes) -> Roster:
        """Loads it."""
        (self.course.root / "roster.csv").write_bytes(data)
        return load_roster(self.course)


def _rows(data: bytes) -> list[list[str]]:
    return [line.split(",") for line in data.decode().splitlines()]


def _as_csv(rows: Any) -> bytes:
    lines = (",".join(map(str, row)) if isinstance(row, list) else str(row) for row in rows)
    return "\n".join(lines).encode("utf-8", "surrogatepass")
