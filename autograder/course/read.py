"""Reads course.yml, and says at which line it is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml

from autograder.course import moments
from autograder.course.course import CONFIG_NAME, Course
from autograder.course.schemes import Category, Grades
from autograder.course.settings import Assignment, Config, Name, Percent
from autograder.errors import CourseError

NO_CHANGES: Mapping[str, str] = MappingProxyType({})


def load_course(root: Path, workspace: Path | None = None, *, changes: Mapping[str, str] = NO_CHANGES) -> Course:
    """Reads ``root/course.yml``. The workspace is ``root/workspace`` unless another is named.

    Args:
        root: the course's folder.
        workspace: the folder for all output.
        changes: values to take in place of what the file says, by their keys: ``{"grades.pass_from": "45"}``.

    Raises:
        CourseError: if the file is missing, is not YAML, or has an unknown key or a wrong value; with its line.
    """
    root = root.resolve()
    path = root / CONFIG_NAME
    if not path.exists():
        raise CourseError(path, "not found; run this command in a course's folder, or name one with --course")
    text = read_authored(path)
    try:
        node = yaml.compose(text, Loader=_Loader)
        raw = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or str(fault)
        raise CourseError(path, f"is not valid YAML: {problem}", line=mark.line + 1 if mark else None) from None
    except RecursionError:
        raise CourseError(path, "is nested too deeply") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as fault:
        # what PyYAML raises for a value that contradicts its own tag, such as `!!int soon`
        raise CourseError(path, f"contains an invalid value: {fault}") from None
    for keys, value in changes.items():
        _change(raw, keys.split("."), value, path)
    return Course(config=_decode(raw, node, path), root=root, workspace=(workspace or root / "workspace").resolve())


def read_authored(path: Path) -> str:
    """The text of one of the course's own files.

    Raises:
        CourseError: if it cannot be read, or is not in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseError(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CourseError(path, "is not in UTF-8: save it as UTF-8") from None


def line_of(course: Course, *keys: str) -> int | None:
    """The line of course.yml at which these keys are, for messages; of the last one that is there."""
    with suppress(OSError, UnicodeDecodeError, yaml.YAMLError):
        text = (course.root / CONFIG_NAME).read_text(encoding="utf-8-sig")
        return _line_of(yaml.compose(text, Loader=_Loader), list(keys))
    return None


def _change(raw: Any, keys: Sequence[str], value: str, path: Path) -> None:
    """Puts a value in the place of what course.yml has there.

    Raises:
        CourseError: if there is no such place, or the value is not YAML.
    """
    for key in keys[:-1]:
        raw = raw.setdefault(key, {}) if isinstance(raw, dict) else None
    if not isinstance(raw, dict):
        raise CourseError(path, f"there is no '{'.'.join(keys)}' to change")
    try:
        raw[keys[-1]] = yaml.load(value, Loader=_Loader)
    except yaml.YAMLError:
        raise CourseError(path, f"'{'.'.join(keys)}': '{value}' is not a value") from None


class _Loader(yaml.SafeLoader):
    """Leaves dates as written, for `moments` to read, and keys as well: 0012 is a student's id, not ten."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping with its keys as text.

        Raises:
            ConstructorError: if a key appears twice, since YAML would silently take the last.
        """
        self.flatten_mapping(node)
        made: dict[Any, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is not plain text", key.start_mark)
            name = unicodedata.normalize("NFC", key.value)
            if name in made:
                raise yaml.constructor.ConstructorError(None, None, f"'{name}' appears twice", key.start_mark)
            made[name] = self.construct_object(value, deep=deep)
        return made


def _number(loader: _Loader, node: yaml.ScalarNode) -> object:
    """A number, but 23:59 as it is written: YAML 1.1 reads it as minutes."""
    read = loader.construct_yaml_int if node.tag.endswith(":int") else loader.construct_yaml_float
    return node.value if ":" in node.value else read(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _number)
_Loader.add_constructor("tag:yaml.org,2002:float", _number)


def _read_moments(raw: Any, node: yaml.Node | None, path: Path) -> None:
    """Replaces the dates in course.yml by moments.

    Raises:
        CourseError: if one of them is not a date or is ambiguous; with its line.
    """
    if not isinstance(raw, dict):
        return

    def read(value: object, keys: list[str]) -> object:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return value
        try:
            return moments.read(str(value), zone or UTC)
        except moments.Doubtful as fault:
            what = f"'{'.'.join(keys)}': '{value}' {fault}. Write it like 2026-10-16 23:59, or add a zone: +02:00"
            raise CourseError(path, what, line=_line_of(node, keys)) from None

    zone = _zone(raw.get("timezone"), node, path)
    assignments = raw.get("assignments")
    for name, one in assignments.items() if isinstance(assignments, dict) else ():
        here = ["assignments", str(name)]
        if isinstance(one, dict) and "due" in one:
            one["due"] = read(one["due"], [*here, "due"])
        for key in ("extensions", "sections"):
            if isinstance(one, dict) and isinstance(one.get(key), dict):
                one[key] = {who: read(until, [*here, key, who]) for who, until in one[key].items()}


def _zone(name: object, node: yaml.Node | None, path: Path) -> tzinfo | None:
    if not isinstance(name, str):
        return None  # msgspec says what is wrong with it
    try:
        return moments.zone_named(name)
    except moments.Doubtful as fault:
        raise CourseError(path, f"'timezone': '{name}' {fault}", line=_line_of(node, ["timezone"])) from None


_KINDS = {
    "str": "text", "float": "a number", "int": "a whole number", "bool": "true or false", "null": "nothing",
    "object": "a section with keys of its own", "array": "a list", "datetime": "a date with a time",
}  # fmt: skip


def _in_words(message: str) -> str:
    """msgspec's message about a value, in words that an author of course.yml understands.

    >>> _in_words("Expected `float | null`, got `str`"), _in_words("Object missing required field `title`")
    ('must be a number, and is text', "'title' is missing")
    """
    if match := re.fullmatch(r"Object missing required field `(.+)`", message):
        return f"'{match[1]}' is missing"
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", message):
        wanted = [kind for kind in match[1].split(" | ") if kind != "null"]
        found = "empty" if match[2] == "null" else _KINDS.get(match[2], match[2])
        return f"must be {' or '.join(_KINDS.get(kind, kind) for kind in wanted)}, and is {found}"
    if match := re.fullmatch(r"Expected `\w+` ([<>]=?) ([\d.]+)", message):
        signs = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}
        return f"must be {signs[match[1]]} {float(match[2]):g}"
    if message.startswith("Expected `str` matching regex '^https"):
        return "must be an address that begins with https:// or http://"
    if message.startswith("Expected `str` matching regex"):
        return "must be a name of lower-case letters, digits and _ that begins with a letter"
    if match := re.fullmatch(r"Invalid enum value (.+)", message):
        return f"cannot be {match[1]}"
    return message


def _decode(raw: object, node: yaml.Node | None, path: Path) -> Config:
    if isinstance(raw, dict) and raw.get("assignments", ...) is None:
        raw["assignments"] = {}  # nothing is listed yet
    _read_moments(raw, node, path)
    try:
        config = msgspec.convert(raw, Config)
    except UnicodeEncodeError:
        raise CourseError(path, "holds half a character (a lone surrogate)") from None
    except msgspec.ValidationError as fault:
        message, _, where = str(fault).partition(" - at `")
        message = _in_words(message)
        unknown = re.search(r"unknown field `(.+?)`", message)
        keys = _keys_of(where.rstrip("`"), raw)
        if unknown:
            keys, message = [*keys, unknown[1]], f"unknown key '{unknown[1]}'"
        elif keys:
            message = f"'{'.'.join(map(str, keys))}': {message}"
        raise CourseError(path, message, line=_line_of(node, keys)) from None
    for keys, what in _contradictions(config):
        raise CourseError(path, f"'{'.'.join(keys)}': {what}", line=_line_of(node, keys))
    return config


def _contradictions(config: Config) -> Iterator[tuple[list[str], str]]:
    """What in the rules for late work and final grades contradicts itself: where, and what to do."""
    grades, assignments = config.grades, config.assignments
    for name, category in grades.categories.items():
        own = [one for one in assignments.values() if one.category == name]
        here = ["grades", "categories", name]
        if not own:
            yield here, f"no assignment has this category; add 'category: {name}' to those that belong to it"
        elif not any(one.weight and not one.extra_credit for one in own):
            yield here, "the weights of its assignments add up to nothing; give one of them a weight"
        elif len(own) <= category.drop_lowest:
            yield [*here, "drop_lowest"], f"cannot be {category.drop_lowest}: the category has {len(own)} assignments"
    for name, one in assignments.items():
        if one.late is not None and one.late.free_days:
            yield (
                ["assignments", name, "late", "free_days"],
                "is of the whole course; write it into the course's 'late'",
            )
        known = ", ".join(grades.categories) or "none"
        if one.category is None and grades.categories:
            yield ["assignments", name], f"names no category; 'grades' has: {known}"
        elif one.category is not None and one.category not in grades.categories:
            yield ["assignments", name, "category"], f"there is no category '{one.category}'; 'grades' has: {known}"
    counting = [one for one in assignments.values() if one.weight and not one.extra_credit]
    if assignments and not counting:
        yield ["assignments"], "all weights add up to nothing; give at least one assignment a weight"
    if grades.categories and not any(each.weight and not each.extra_credit for each in grades.categories.values()):
        yield ["grades", "categories"], "all weights add up to nothing; give at least one category a weight"
    if grades.categories and grades.drop_lowest:
        yield ["grades", "drop_lowest"], "there are categories; write drop_lowest into the one that it is for"
    if counting and grades.drop_lowest >= len(assignments):
        yield ["grades", "drop_lowest"], f"cannot be {grades.drop_lowest}: there are {len(assignments)} assignments"
    yield from _faults_of_scale(grades)


def _faults_of_scale(grades: Grades) -> Iterator[tuple[list[str], str]]:
    marks: dict[float, str] = {}
    for mark, lowest in grades.scale.items():
        if lowest in marks:
            yield ["grades", "scale", mark], f"begins at {lowest:g} like '{marks[lowest]}'; give one of them another"
        marks[lowest] = mark
    if marks and min(marks) > 0:
        gap = f"nobody below {min(marks):g} percent would get a mark; add one that begins at 0"
        yield ["grades", "scale"], f"has a gap: {gap}"


_BY_NAME: dict[str, Any] = {
    "assignments": dict[Name, Assignment],
    "categories": dict[str, Category],
    "scale": dict[str, Percent],
}
"""The sections whose keys the author chose, by name, and what their values are."""


def _keys_of(where: str, raw: Any) -> list[str]:
    """The keys in msgspec's path, such as `$.limits.cell_seconds`; `[...]` hides a key, so look for the culprit."""
    if "[...]" not in where:
        return _keys_in(where)
    head, _, tail = where.partition("[...]")
    keys = _keys_in(head)
    for key in keys:
        raw = raw[key]
    for key, value in raw.items():
        if _is_fault({key: value}, _BY_NAME[keys[-1]]):
            here = [*keys, str(key), *_keys_in(tail)]
            dates = re.fullmatch(r"\.(extensions|sections)\[\.\.\.\]", tail)
            students = value[dates[1]].items() if dates else ()
            return here + [str(student) for student, date in students if _is_fault(date, datetime)][:1]
    return keys


def _keys_in(where: str) -> list[str]:
    return [name or place for name, place in re.findall(r"\.(\w+)|\[(\d+)\]", where)]


def _is_fault(raw: object, kind: Any) -> bool:
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return True
    return False


def _line_of(node: yaml.Node | None, keys: list[str]) -> int | None:
    line = node.start_mark.line + 1 if node else None
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and key.isdigit():
            node = node.value[int(key)]
            line = node.start_mark.line + 1
            continue
        if not isinstance(node, yaml.MappingNode):
            break
        for name, value in node.value:
            if str(name.value) == key:
                line, node = name.start_mark.line + 1, value
                break
        else:
            break
    return line
