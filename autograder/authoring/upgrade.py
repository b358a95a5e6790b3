"""Finds what a newer kit's course has and this one lacks, and takes it over, but never over the author's changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from autograder.authoring.kit_course import course_files, kit_files
from autograder.authoring.pieces import RECORD, SHARED, Piece, pieces, read_record, record_bytes
from autograder.authoring.scaffold import with_entry
from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.workspace.files import write_named

Where = tuple[str, str]


class State(StrEnum):
    """How a piece of the kit compares with this course's."""

    new = "new"
    changed = "changed"
    conflict = "changed here too"
    removed = "removed here"


@dataclass(frozen=True)
class Difference:
    """A piece that differs in the kit: the kit's version, and this course's if it has one."""

    state: State
    kit: Piece
    own: Piece | None

    @property
    def may_be_taken(self) -> bool:
        """Whether taking it over loses none of the author's work."""
        return self.state in (State.new, State.changed)


@dataclass(frozen=True)
class Group:
    """All differences of one exercise, or of what an assignment's exercises share."""

    assignment: str
    exercise: str
    differences: tuple[Difference, ...]

    @property
    def name(self) -> str:
        """Its name in a command: neuron.step, neuron.shared, or shared for what belongs to no assignment."""
        return f"{self.assignment}.{self.exercise}" if self.assignment else self.exercise

    @property
    def conflicts(self) -> tuple[Difference, ...]:
        """Those that were changed on both sides."""
        return tuple(one for one in self.differences if one.state is State.conflict)


@dataclass(frozen=True)
class Comparison:
    """This course compared with the kit's. ``record`` is what came from the kit earlier."""

    course: Course
    groups: tuple[Group, ...]
    kit: Mapping[Where, Piece]
    own: Mapping[Where, Piece]
    record: Mapping[Where, str]
    files: Mapping[str, bytes]


def compare(course: Course) -> Comparison:
    """Compares this course with the kit's, piece by piece.

    Raises:
        CourseError: if the record of what came from the kit cannot be read.
    """
    files = kit_files()
    kit, own = pieces(files), pieces(dict(course_files(course.root)))
    record = _record(course.root / RECORD)
    found: dict[tuple[str, str], list[Difference]] = {}
    for where, piece in kit.items():
        state = _state(piece, own.get(where), record.get(where))
        if state is not None:
            difference = Difference(state, piece, own.get(where))
            found.setdefault((piece.assignment, piece.exercise), []).append(difference)
    groups = tuple(Group(*whose, tuple(differences)) for whose, differences in found.items())
    return Comparison(course, groups, kit, own, record, files)


def _record(path: Path) -> dict[Where, str]:
    try:
        return read_record(path.read_bytes())
    except FileNotFoundError:
        return {}  # a course that was not started with `init`: whatever differs was changed here
    except (OSError, ValueError) as fault:
        what = f"{fault}; restore it from Git, or delete it; then every difference counts as yours"
        raise CourseError(path, what) from None


def _state(kit: Piece, own: Piece | None, before: str | None) -> State | None:
    """None if the kit has nothing new: both are the same, or only this course's was changed."""
    if own is None:
        return State.new if before is None else None if before == kit.hash else State.removed
    if own.hash == kit.hash or before == kit.hash:
        return None
    return State.changed if before == own.hash else State.conflict


def take(found: Comparison, name: str) -> tuple[Path, ...]:
    """Takes over one assignment or exercise; returns the files that were written.

    An exercise brings along what its assignment shares, unless that was changed here: its tests may need it.

    Raises:
        CourseError: if there is nothing of that name, or a piece of it was changed here too; then nothing is written.
    """
    chosen = [group for group in found.groups if name in (group.name, group.assignment)]
    if not chosen:
        names = ", ".join(group.name for group in found.groups) or "nothing"
        raise CourseError(found.course.root, f"the kit has nothing to take over as '{name}'; it has: {names}")
    for conflict in (one for group in chosen for one in group.conflicts):
        assert conflict.own is not None
        what = f"'{conflict.own.key}' was changed here and in the kit. Nothing was written; take over what you want of"
        text = f"{what} the kit's by hand: `autograder init --compare --show {name}` prints it"
        raise CourseError(found.course.root / conflict.own.file, text, line=conflict.own.start + 1)
    shared = [group for group in found.groups if (group.assignment, group.exercise) == (chosen[0].assignment, SHARED)]
    wanted = [one for group in dict.fromkeys([*chosen, *shared]) for one in group.differences if one.may_be_taken]
    return tuple(_write(found, wanted))


def _write(found: Comparison, wanted: Sequence[Difference]) -> Iterator[Path]:
    course = found.course
    config = course.root / CONFIG_NAME
    assignments = yaml.safe_load(found.files[CONFIG_NAME])["assignments"]
    for name in dict.fromkeys(one.kit.assignment for one in wanted):
        if name in assignments and name not in course.assignments:
            write_named(config, with_entry(config, name, assignments[name]["title"]).encode())
            yield config
    for file in dict.fromkeys(one.kit.file for one in wanted):
        own = [one for one in wanted if one.kit.file == file]
        write_named(course.root / file, _merged(found, file, own))
        yield course.root / file
    taken = {(one.kit.file, one.kit.key): one.kit.hash for one in wanted}
    same = {where: piece.hash for where, piece in found.kit.items() if _hash(found.own.get(where)) == piece.hash}
    write_named(course.root / RECORD, record_bytes({**found.record, **same, **taken}))


def _hash(piece: Piece | None) -> str:
    return "" if piece is None else piece.hash


def _merged(found: Comparison, file: str, wanted: Iterable[Difference]) -> bytes:
    """This course's file with the wanted pieces: each in its place, a new one after the piece it follows in the kit."""
    kit = [piece for where, piece in found.kit.items() if where[0] == file]
    own = [piece for where, piece in found.own.items() if where[0] == file]
    if not own or "" in {piece.key for piece in kit}:
        return found.files[file]
    taken = {one.kit.key: one.kit for one in wanted}
    merged = [taken.get(piece.key, piece) for piece in own]
    for place, piece in enumerate(kit):
        keys = [one.key for one in merged]
        if piece.key in taken and piece.key not in keys:
            before = next((one.key for one in reversed(kit[:place]) if one.key in keys), None)
            merged.insert(keys.index(before) + 1 if before else 0, piece)
    return "".join(piece.text if piece.text.endswith("\n") else f"{piece.text}\n" for piece in merged).encode()
