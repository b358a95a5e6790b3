"""Makes the files of a new assignment, with one worked exercise that passes `autograder check` at once."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import yaml

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_assignment(course: Course, name: str) -> tuple[Path, ...]:
    """Writes the four files of an assignment and its entry in course.yml; the paths that were written.

    Raises:
        CourseError: when the name is no Python name in lower case, or one of the files exists.
    """
    if not NAME.fullmatch(name):
        raise CourseError(
            course.root / CONFIG_NAME, f"'{name}' is not a valid name: use lower-case letters, digits and _"
        )
    made = {
        course.source_path(name): "assignment.md",
        course.reference_path(name): "reference.py",
        course.mistakes_path(name): "mistakes.py",
        course.hidden_path(name): "hidden_test.py",
    }
    taken = [path for path in made if path.exists()]
    if taken or name in course.assignments:
        raise CourseError(taken[0] if taken else course.root / CONFIG_NAME, f"there is an assignment '{name}' already")
    title = name.replace("_", " ").capitalize()
    for path, template in made.items():
        text = files(__package__).joinpath(f"{template}.txt").read_text(encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).safe_substitute(name=name, title=title), encoding="utf-8")
    config = course.root / CONFIG_NAME
    config.write_text(_with_entry(config.read_text(encoding="utf-8"), name, title), encoding="utf-8")
    return (*made, config)


def _with_entry(text: str, name: str, title: str) -> str:
    """The text of course.yml with one more assignment, and every comment where it was."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    listed = next(value for key, value in root.value if key.value == "assignments")
    last_key, last_value = listed.value[-1]
    indent = " " * last_key.start_mark.column
    lines = text.splitlines(keepends=True)
    place = _end(last_value)
    return "".join([*lines[:place], f"{indent}{name}:\n{indent}  title: {title}\n", *lines[place:]])


def _end(node: yaml.Node) -> int:
    """The number of lines up to the end of a node's last value; a block's own end mark lies below its comments."""
    if isinstance(node, yaml.MappingNode) and node.value:
        return _end(node.value[-1][1])
    return int(node.end_mark.line) + 1
