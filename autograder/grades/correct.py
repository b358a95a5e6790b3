"""Adds a correction to course.yml, and says beforehand whose points it changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from autograder.course import CONFIG_NAME, Course, line_of
from autograder.course.schemes import Correction
from autograder.errors import CourseError
from autograder.grades.compute import FinalGrade, final_grades
from autograder.grades.doubts import unknown_corrections
from autograder.grades.work import read_class
from autograder.workspace.files import write_named


@dataclass(frozen=True)
class Corrected:
    """One student's points of the assignment and total, without the correction and with it."""

    student: str
    points: tuple[float, float]
    possible: tuple[float, float]
    totals: tuple[float | None, float | None]


def effects(course: Course, name: str, correction: Correction) -> tuple[Corrected, ...]:
    """Whose points or total a correction changes. Changes nothing itself.

    Raises:
        CourseError: when the assignment is not graded yet, or has no such exercise or test.
    """
    other = with_correction(course, name, correction)
    before, after = (final_grades(read_class(each)) for each in (course, other))
    work = next((one for one in after.assignments if one.name == name), None)
    line = line_of(course, "assignments", name)
    graded = work is not None and (work.counts or correction.void == "out-of-total")
    if work is None or not graded:
        what = f"'{name}' is not graded yet, so that nobody's points would change; grade it first"
        raise CourseError(course.root / CONFIG_NAME, what, line=line)
    for each in unknown_corrections(other, work):
        if each.correction == correction:
            what = f"'{name}' has no '{correction.subject}'; it has: {', '.join(each.known)}"
            raise CourseError(course.root / CONFIG_NAME, what, line=line)
    pairs = zip(before.grades, after.grades, strict=True)
    found = (_effect(name, old, new) for old, new in pairs)
    return tuple(one for one in found if one.points != one.points[::-1] or one.totals != one.totals[::-1])


def _effect(name: str, old: FinalGrade, new: FinalGrade) -> Corrected:
    works = (old.work[name], new.work[name])
    return Corrected(
        old.student.id,
        (works[0].points, works[1].points),
        (works[0].max_score, works[1].max_score),
        (old.total, new.total),
    )


def with_correction(course: Course, name: str, correction: Correction) -> Course:
    """The course as it would be with one more correction."""
    one = course.assignment(name)
    longer = msgspec.structs.replace(one, corrections=[*one.corrections, correction])
    assignments = {**course.config.assignments, name: longer}
    return msgspec.structs.replace(course, config=msgspec.structs.replace(course.config, assignments=assignments))


def write_correction(course: Course, name: str, correction: Correction) -> Path:
    """Adds the correction to course.yml, with every comment where it was.

    Raises:
        CourseError: when the file is written in a way that this cannot add to; it says what to add by hand.
    """
    path = course.root / CONFIG_NAME
    text = path.read_text(encoding="utf-8-sig")
    values = {key: value for key, value in msgspec.to_builtins(correction).items() if value not in ("", None)}
    item = yaml.safe_dump(values, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000).strip()
    longer = _added(text, name, item)
    if not _is_just_longer(text, longer, name, values):
        what = f"add {item} to the list 'corrections' of '{name}' by hand: this command cannot add to a file like this"
        raise CourseError(path, what, line=line_of(course, "assignments", name))
    write_named(path, longer.encode())
    return path


def _added(text: str, name: str, item: str) -> str:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    one = _value(_value(node, "assignments"), name)
    if not isinstance(one, yaml.MappingNode) or one.flow_style:
        return text
    listed = _value(one, "corrections")
    lines = text.splitlines(keepends=True)
    indent = " " * one.start_mark.column
    last = listed if isinstance(listed, yaml.SequenceNode) and not listed.flow_style else one
    place = _last_line(last)
    if not "".join(lines[:place]).endswith("\n"):
        lines[place - 1] += "\n"
    if last is one:
        return "".join([*lines[:place], f"{indent}corrections:\n{indent}  - {item}\n", *lines[place:]])
    return "".join([*lines[:place], f"{' ' * listed.start_mark.column}- {item}\n", *lines[place:]])


def _value(node: Any, name: str) -> Any:
    found = (value for key, value in node.value if key.value == name) if isinstance(node, yaml.MappingNode) else ()
    return next(iter(found), None)


def _last_line(node: Any) -> int:
    """The number of lines up to the end of the last value; a block's own end mark lies below its comments."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1])
    return int(node.end_mark.line) + 1


def _is_just_longer(text: str, longer: str, name: str, values: dict[str, Any]) -> bool:
    try:
        raw, now = yaml.safe_load(text), yaml.safe_load(longer)
        own = raw["assignments"][name]
        own["corrections"] = [*own.get("corrections", []), values]
    except (yaml.YAMLError, AttributeError, TypeError):
        return False
    return bool(raw == now)
