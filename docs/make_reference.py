"""Writes the generated pages, course-yml.md and commands.md: `make reference`. With `--check`, only compares them."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import yaml
from msgspec import inspect as types

from autograder.course import Assignment, Attempts, Config, Feedback, Limits, Walls
from autograder.course.deadlines import Late
from autograder.course.schemes import Category, Correction, Grades, Rounding

HERE = Path(__file__).parent
DO_NOT_EDIT = "<!-- Written by `make reference`. Do not edit. -->"

COURSE = """\
# course.yml

{note}

The only configuration of a course. Every key is checked: an unknown key or a wrong value stops the command, which names
the line. Everything except `course`, `title` and `assignments` has a default. A small file looks like this:

```yaml
{example}```

{sections}
"""

EXAMPLE = """\
course: introdl
title: Introduction to Deep Learning
assignments:
  neuron:
    title: The neuron
    due: 2026-10-16T23:59:00+02:00
  layers:
    title: Layers
late:
  percent_per_day: 10
feedback:
  counterexample: after-due
"""

SECTIONS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "Top level": (Config, ""),
    "assignments": (
        Assignment,
        "One section for each assignment, under its name. See [how dates are read](ecosystem.md#late-submissions).",
    ),
    "late": (Late, "At the top level for all assignments, or inside one assignment for that one."),
    "corrections": (
        Correction,
        "A list in an assignment. See [fairness after the fact](grades.md#fairness-after-the-fact).",
    ),
    "attempts": (Attempts, "See [attempts](grades.md#attempts)."),
    "grades": (Grades, "See [final grades](grades.md)."),
    "categories": (Category, "One section for each category in `grades`, under its name."),
    "rounding": (Rounding, "In `grades`."),
    "limits": (Limits, "Seconds are wall-clock time, megabytes are 2^20 bytes."),
    "walls": (Walls, "seccomp, Landlock, rlimits and the supervisor are always required."),
    "feedback": (Feedback, "`after-due` is after the assignment's last due date; only extensions do not delay it."),
}


def course_yml() -> str:
    """The page of all keys of course.yml."""
    msgspec.convert(yaml.safe_load(EXAMPLE), Config)
    sections = "\n\n".join(_section(title, kind, text) for title, (kind, text) in SECTIONS.items())
    return COURSE.format(note=DO_NOT_EDIT, example=EXAMPLE, sections=sections)


def _section(title: str, kind: type[msgspec.Struct], text: str) -> str:
    heading = f"## {title}" if kind is Config else f"## `{title}`"
    rows = [("key", "value", "default", "meaning"), ("---",) * 4, *_keys(kind)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join(part for part in (heading, text, table) if part)


def _keys(kind: type[msgspec.Struct]) -> Iterator[tuple[str, ...]]:
    meanings = attribute_docs(kind)
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    for field in info.fields:
        yield f"`{field.encode_name}`", words(field.type), _default(field), meanings[field.name]


def attribute_docs(kind: type) -> dict[str, str]:
    """The string below each attribute of a class.

    Raises:
        ValueError: when an attribute has none, so that every key of course.yml is described.
    """
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for node, below in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)):
                raise ValueError(f"{kind.__name__}.{node.target.id} needs a docstring below it: course-yml.md shows it")
            found[node.target.id] = str(below.value.value)
    return found


def words(kind: types.Type) -> str:
    """A type of value, as an instructor would call it.

    Raises:
        ValueError: for a type that no key had before.
    """
    match kind:
        case types.UnionType(types=several):
            return " or ".join(words(one) for one in several if not isinstance(one, types.NoneType))
        case types.LiteralType(values=values):
            return ", ".join(f"`{value}`" for value in values)
        case types.StructType(cls=cls):
            title = next(name for name, (section, _) in SECTIONS.items() if section is cls)
            return f"[section](#{title})"
        case types.ListType(item_type=item):
            return f"list: {words(item)}"
        case types.DictType(key_type=key, value_type=value):
            return f"{words(key)}: {words(value)}"
        case types.StrType(pattern=None):
            return "text"
        case types.StrType(pattern=pattern) if pattern.startswith("^https"):
            return "address"
        case types.StrType():
            return "name (`a-z`, `0-9`, `_`)"
        case types.BoolType():
            return "`true`, `false`"
        case types.DateTimeType():
            return "date and time"
        case types.IntType() | types.FloatType():
            return _range(kind)
    raise ValueError(f"no words for {kind}: add them to {Path(__file__).name}")


def _range(kind: types.IntType | types.FloatType) -> str:
    name = "whole number" if isinstance(kind, types.IntType) else "number"
    if kind.ge is not None and kind.le is not None:
        return f"{name}, {kind.ge} to {kind.le}"
    if kind.gt is not None:
        return f"{name} above {kind.gt}"
    return name if kind.ge is None else f"{name}, at least {kind.ge}"


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else None
    if value is None or isinstance(value, msgspec.Struct):
        return ""
    return f"`{yaml.safe_dump(value).splitlines()[0]}`"


def commands() -> str:
    """The page of all commands: what typer writes, without the shortened lists and the option that all share."""
    line = [sys.executable, "-m", "typer", "autograder.cli", "utils", "docs", "--name", "autograder"]
    text = subprocess.run(line, check=True, capture_output=True, text=True, cwd=HERE.parent).stdout
    text = (
        text.replace("&#x27;", "'").replace("&quot;", '"').replace("# `autograder`", f"# Commands\n\n{DO_NOT_EDIT}", 1)
    )
    text = re.sub(r"\*\*Commands\*\*:\n\n(\* .*\n)+\n", "", text)
    text = re.sub(r"(\*\*Options\*\*:\n\n)?\* `--help`: .*\n(\n|$)", lambda match: "" if match[1] else "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


PAGES: dict[str, Callable[[], str]] = {"course-yml.md": course_yml, "commands.md": commands}


def main() -> None:
    """Writes the pages, or says which of them is out of date and ends with 1."""
    stale = [name for name, text in PAGES.items() if _text(HERE / name) != text()]
    if "--check" in sys.argv:
        if stale:
            sys.exit(f"out of date: {', '.join(stale)}. Run `make reference`.")
        return
    for name in stale:
        (HERE / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"Written: docs/{name}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    main()
