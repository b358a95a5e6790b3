"""Makes the files of a new assignment, with one worked exercise that already passes `autograder check`."""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import yaml

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_assignment(course: Course, name: str) -> tuple[Path, ...]:
    """Writes the four files of an assignment and its entry in course.yml; returns the paths.

    Raises:
        CourseError: if the name is not a lower-case Python name, or one of the files exists.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        what = "use lower-case letters, digits and _, but not a Python keyword"
        raise CourseError(course.root / CONFIG_NAME, f"'{name}' is not a valid name: {what}")
    made = _templates(course, name)
    config = course.root / CONFIG_NAME
    taken = [path for path in made if path.exists()]
    if taken or name in course.assignments:
        raise CourseError(taken[0] if taken else config, f"there is already an assignment '{name}'")
    longer = with_entry(config, name, title_of(name))  # before anything is written
    write_files(course, name)
    config.write_text(longer, encoding="utf-8")
    return (*made, config)


def write_files(course: Course, name: str) -> None:
    """Writes the files of one worked exercise, for an assignment that course.yml lists."""
    for path, template in _templates(course, name).items():
        text = files(__package__).joinpath(f"{template}.txt").read_text(encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).safe_substitute(name=name, title=title_of(name)), encoding="utf-8")


def title_of(name: str) -> str:
    """A title for a new assignment until its author finds a better one."""
    return name.replace("_", " ").capitalize()


def _templates(course: Course, name: str) -> dict[Path, str]:
    return {
        course.source_path(name): "assignment.md",
        course.reference_path(name): "reference.py",
        course.mistakes_path(name): "mistakes.py",
        course.hidden_path(name): "hidden_test.py",
    }


def with_entry(path: Path, name: str, title: str) -> str:
    """The text of course.yml with one more assignment, and every comment where it was.

    Raises:
        CourseError: if the list is written in a way that cannot be added to without changing something else.
    """
    text = path.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    listing, listed = next((key, value) for key, value in root.value if key.value == "assignments")
    key, value = _scalar(name), _scalar(title)
    if not isinstance(listed, yaml.MappingNode):  # nothing is listed yet
        end = text.find("\n", listing.end_mark.index) + 1 or len(text)
        newline = "" if text[:end].endswith("\n") else "\n"
        longer = f"{text[:end]}{newline}  {key}:\n    title: {value}\n{text[end:]}"
    elif listed.flow_style:
        end = listed.end_mark.index - 1  # the closing brace
        comma = ", " if listed.value else ""
        longer = f"{text[:end]}{comma}{key}: {{title: {value}}}{text[end:]}"
    else:
        last_key, last_value = listed.value[-1]
        indent = " " * last_key.start_mark.column
        lines = text.splitlines(keepends=True)
        place = _end(last_value)
        before = "".join(lines[:place])
        newline = "" if before.endswith("\n") else "\n"
        longer = "".join([before, newline, f"{indent}{key}:\n{indent}  title: {value}\n", *lines[place:]])
    if not _is_just_longer(longer, text, name, title):
        entry = f"{key}: {{title: {value}}}"
        raise CourseError(
            path, f"add {entry} to its assignments by hand: this command cannot edit the list as it is written"
        )
    return longer


def _is_just_longer(longer: str, text: str, name: str, title: str) -> bool:
    try:
        return bool(yaml.safe_load(longer) == _with(yaml.safe_load(text), name, title))
    except yaml.YAMLError:
        return False


def _with(config: dict[str, Any], name: str, title: str) -> dict[str, Any]:
    return {**config, "assignments": {**(config["assignments"] or {}), name: {"title": title}}}


def _scalar(text: str) -> str:
    """The text as YAML, quoted if it would otherwise mean something else, as 'no' and 'null' do."""
    return yaml.safe_dump(text, explicit_end=False).split("\n")[0]


def _end(node: yaml.Node) -> int:
    """The number of lines up to the end of a node's last value; a block's own end mark lies below its comments."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _end(node.value[-1][1])
    return int(node.end_mark.line) + 1
