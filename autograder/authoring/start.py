"""Starts a new course: a Git repository with the kit's assignments, or with one worked exercise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from string import Template

import yaml

from autograder import __version__
from autograder.authoring.kit_course import kit_files
from autograder.authoring.pieces import RECORD, record_of
from autograder.authoring.scaffold import title_of, write_files
from autograder.course import CONFIG_NAME, Course, load_course
from autograder.course.moments import Doubtful, zone_named
from autograder.errors import CourseError
from autograder.workspace.files import write_named

FIRST = "first_steps"
"""The assignment of an empty course."""
EVERY = re.compile(r"(\d{1,3}) ?(d|days?|w|weeks?)")
DOCUMENTATION = "https://example.org/introdl-autograder/docs"
MAY_BE_THERE = frozenset((".git",))
"""An existing repository is fine."""


@dataclass(frozen=True)
class Term:
    """When the assignments are due: the first ``every`` after the start, each later one ``every`` after it."""

    starts: date | None = None
    every: timedelta = timedelta(days=14)
    timezone: str = "UTC"

    def due(self, nth: int) -> str | None:
        """The nth assignment's due date (from 0) as course.yml writes it; None without a start date."""
        return None if self.starts is None else f"{self.starts + (nth + 1) * self.every} 23:59"


def term(starts: str | None, every: str, timezone: str) -> Term:
    """The term as it was typed.

    Raises:
        ValueError: if one of the values cannot be read; its text says which, and what to write instead.
    """
    try:
        zone_named(timezone)
    except Doubtful as fault:
        raise ValueError(f"--timezone: '{timezone}' {fault}") from None
    match = EVERY.fullmatch(every.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"--every: '{every}' is not a number of days or weeks; write 14d or 2w")
    try:
        begin = None if starts is None else date.fromisoformat(starts)
    except ValueError:
        raise ValueError(f"--starts: '{starts}' is not a date; write it like 2027-10-11") from None
    return Term(begin, timedelta(days=int(match[1]) * (7 if match[2].startswith("w") else 1)), timezone)


def start_course(folder: Path, when: Term, *, title: str | None = None, empty: bool = False) -> Course:
    """Writes a new course and makes it a Git repository where Git is installed.

    Raises:
        CourseError: if the folder is not empty.
        WorkspaceError: if it cannot be written.
    """
    folder = folder.resolve()
    _must_be_empty(folder)
    given = kit_files()
    kept = {name: data for name, data in given.items() if not empty or name == "constraints.txt"}
    kept[CONFIG_NAME] = _config(given[CONFIG_NAME].decode(), folder.name, when, title, empty).encode()
    for name, data in (kept | dict(_of_the_repository(kept[CONFIG_NAME].decode()))).items():
        write_named(folder / name, data)
    course = load_course(folder)
    if empty:
        write_files(course, FIRST)
    write_named(folder / RECORD, record_of({} if empty else given))
    _repository(folder)
    return course


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CourseError(folder, "is a file; name a folder that does not exist yet")
    there = sorted(path.name for path in folder.iterdir() if path.name not in MAY_BE_THERE) if folder.exists() else []
    if there:
        what = f"is not empty: it holds {', '.join(there[:3])}{' and more' if len(there) > 3 else ''}"
        raise CourseError(folder, f"{what}. Nothing was written; name a folder that is empty or does not exist yet")


def _config(own: str, folder: str, when: Term, title: str | None, empty: bool) -> str:
    """The kit's course.yml with this course's name, dates and assignments, and every comment where it was."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.lower()).strip("_")
    name = name if re.match("[a-z]", name) else f"course_{name}".rstrip("_")
    theirs = yaml.safe_load(own)["assignments"]
    titles = {FIRST: title_of(FIRST)} if empty else {key: one["title"] for key, one in theirs.items()}
    heading = title or (folder.replace("-", " ").replace("_", " ").capitalize() if empty else None)
    values = {"course": name, "timezone": when.timezone} | ({"title": heading} if heading else {})
    for key, value in values.items():
        line = yaml.safe_dump({key: value}, allow_unicode=True, width=1000).strip()
        own = re.sub(rf"(?m)^{key}: [^#\n]*", partial(_in_place, line), own, count=1)
    listed = "".join(_entries(titles, when))
    return re.sub(r"(?ms)^assignments:\n.*?(?=^\S|\Z)", lambda _: f"assignments:\n{listed}\n", own, count=1)


def _in_place(line: str, old: re.Match[str]) -> str:
    """Replaces a line by another, with the comment after it in its old column."""
    return line if old[0] == old[0].rstrip() else f"{line} ".ljust(len(old[0]))


def _entries(titles: Mapping[str, str], when: Term) -> Iterator[str]:
    for nth, (name, title) in enumerate(titles.items()):
        due = when.due(nth)
        yield f"  {name}:\n    title: {title}\n" + (f"    due: {due}\n" if due else "")


def _of_the_repository(config: str) -> Iterator[tuple[str, bytes]]:
    """What a repository needs besides the course."""
    raw = yaml.safe_load(config)
    values = {
        "title": raw["title"],
        "first": next(iter(raw["assignments"])),
        "documentation": DOCUMENTATION,
        "python": ".".join(map(str, sys.version_info[:2])),
    }
    templates = files("autograder.authoring.scaffold").joinpath("course")
    names = {"README.md": "README.md", ".github/workflows/check.yml": "check.yml", ".gitignore": "gitignore"}
    for name, template in names.items():
        text = templates.joinpath(f"{template}.txt").read_text(encoding="utf-8")
        yield name, Template(text).substitute(values).encode()
    yield "requirements.txt", f"introdl-autograder=={__version__}\n".encode()


def _repository(folder: Path) -> None:
    """Makes the folder a Git repository, unless it is already in one or Git is not installed."""
    if shutil.which("git") is None or _git(folder, "rev-parse", "--git-dir"):
        return
    _git(folder, "init", "--quiet", "--initial-branch", "main")


def _git(folder: Path, *arguments: str) -> bool:
    command: Sequence[str] = ("git", "-C", str(folder), *arguments)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
