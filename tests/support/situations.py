"""Golden cases of what instructors and assistants meet: each folder of `situations/` is played through the commands.

`case.yml` holds the small course's situation and what must come of it, one step after the other:

    kind: P                             # see KINDS
    title: A withdrawn submission has no score in the export.
    source: jupyter/nbgrader 1234       # optional: where the case was met, project and number
    folder: "[2026] course"             # optional: the name of the course's folder
    steps:
    - course.yml: |                     # a part of it, which is merged into the small course's
        timezone: Europe/Berlin
    - roster: |                         # roster.csv, which course.yml then names
        id,first_name
        student-001,Stüdent
      encoding: cp1252                  # optional
    - hand_in: {student-001: right}     # right, double (that is wrong), mean (wrong), blank, or text
    - hand_in: {student-001: right}
      at: 2026-10-16 23:59 CEST         # into timestamp.txt, with `encoding:` in another one
    - withdraw: student-001
    - change: without_mean              # one of CHANGES, of the author's files
    - change: {author: {"Why?": "Why so?"}} # or words in them, by file
    - by_hand: {student-001: {test_mean: 1.0}}  # entered in formgrader
    - change_score: {student-001: {test_mean: 1.0}}  # the automatic one, as nobody should
    - download: {pack/student-001/toy.ipynb: right}   # makes download.zip, or with `to:` another
    - run: grade toy --jobs 1           # a command
      exit: 0                           # its exit status, 0 unless given
      says: [words, words]              # what it says, without line breaks
      never: [words]
      keeps: true                       # source, release and gradebook stay as they were
    - scores: {student-001: 3.5, student-002: null}   # what `autograder export csv` writes
    - submitted: {student-001: right}   # who has which work in submitted/; nobody else
    - shows: [words]                    # what a file of the workspace says to people
      file: reports/toy.html
      never: [words]

Students student-001 (all right) and student-002 (`double` is wrong) are graded at the beginning, where `graded: true`.
"""

from __future__ import annotations

import csv
import shlex
import zipfile
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import course_changes
import small_course
import yaml
from small_course import NAME, RIGHT, WRONG
from typer.testing import CliRunner

from autograder.authoring.answers import fill
from autograder.cli import app
from autograder.course import Course, load_course

KINDS = {
    "L": "Builds and exercises after grading",
    "M": "Times",
    "N": "Extensions and sections for nobody",
    "O": "Folders around a download",
    "P": "Who belongs to the class",
    "Q": "Regrades beside manual scores",
    "R": "Texts that are released again",
    "S": "Files and folders as systems write them",
}
FOLDER = Path(__file__).parents[1] / "situations"
CHANGES: dict[str, Callable[[Course], None]] = {
    "without_mean": course_changes.without_mean,
    "mean_is_average": lambda course: course_changes.called(course, "mean", "average"),
    "average_is_mean": lambda course: course_changes.called(course, "average", "mean"),
    "double_is_twice": lambda course: course_changes.called(course, "double", "twice"),
    "with_triple": course_changes.with_triple,
}


@dataclass(frozen=True)
class Situation:
    """One folder of `situations/`."""

    name: str
    kind: str
    title: str
    steps: list[dict[str, Any]]
    graded: bool = False
    folder: str = "course"
    source: str = ""


def situations() -> list[Situation]:
    """All of them, in the order of their names."""
    return [
        Situation(name=path.parent.name, **yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*/case.yml"))
    ]


def work(root: Path, what: str) -> bytes:
    """A notebook as its student left it, or text."""
    released = small_course.release(root)
    wrong = {what: WRONG[what]} if what in WRONG else {}
    known = {"blank": released, "right": fill(released, RIGHT), what: fill(released, RIGHT | wrong)}
    return known[what] if what in ("blank", "right", *WRONG) else what.encode()


def play(situation: Situation, root: Path) -> None:
    """Takes the steps one after the other in the course at this place; a step that comes out otherwise fails."""
    for number, step in enumerate(situation.steps, 1):
        what = next(iter(step))
        _STEPS[what](root, step[what], **{key: value for key, value in step.items() if key != what})
        print(f"step {number}: {what}")


def _course(root: Path, part: str) -> None:
    path = root / "course.yml"
    merged = _merged(yaml.compose(path.read_text(encoding="utf-8")), yaml.compose(part))
    path.write_text(yaml.serialize(merged, allow_unicode=True), encoding="utf-8")


def _merged(known: yaml.Node, part: yaml.Node) -> yaml.Node:
    """Both, with the part's values where both have one; as nodes, so that each value stays as it was written."""
    if not isinstance(known, yaml.MappingNode) or not isinstance(part, yaml.MappingNode):
        return part
    values = {key.value: (key, value) for key, value in known.value}
    for key, value in part.value:
        values[key.value] = (key, _merged(values[key.value][1], value) if key.value in values else value)
    return yaml.MappingNode(known.tag, list(values.values()))


def _roster(root: Path, text: str, encoding: str = "utf-8") -> None:
    (root / "roster.csv").write_bytes(text.encode(encoding))
    _course(root, "roster: roster.csv")


def _hand_in(root: Path, works: dict[str, str], at: str = "", encoding: str = "utf-8") -> None:
    for student, what in works.items():
        path = small_course.hand_in(root, student, work(root, what))
        if at:
            path.with_name("timestamp.txt").write_bytes(at.encode(encoding))


def _withdraw(root: Path, student: str) -> None:
    folder = load_course(root).submitted_dir / student
    folder.rename(root / f"withdrawn {student}")


def _change(root: Path, what: str | dict[str, dict[str, str]], encoding: str = "utf-8") -> None:
    course = load_course(root)
    if isinstance(what, str):
        return CHANGES[what](course)
    for place, words in what.items():
        for old, new in words.items():
            course_changes.edit(course, place, old=old, new=new)
        path = course_changes.paths(course)[place]
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    return None


def _change_score(root: Path, entered: dict[str, dict[str, float]]) -> None:
    for student, cells in entered.items():
        for cell, score in cells.items():
            course_changes.spoil(load_course(root), student, cell, score)


def _by_hand(root: Path, entered: dict[str, dict[str, float]]) -> None:
    for student, cells in entered.items():
        for cell, score in cells.items():
            course_changes.by_hand(load_course(root), student, cell, score)


def _download(root: Path, files: dict[str, str], to: str = "download.zip") -> None:
    with zipfile.ZipFile(root / to, "w") as made:
        for name, what in files.items():
            made.writestr(name, work(root, what))


def _run(
    root: Path,
    command: str,
    exit: int = 0,
    says: list[str] | None = None,
    never: list[str] | None = None,
    keeps: bool = False,
) -> None:
    before = course_changes.everything(load_course(root)) if keeps else {}
    with chdir(root), small_course.own_solutions():  # as in a process of its own
        done = CliRunner(env={"COLUMNS": "300"}).invoke(app, shlex.split(command))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    said = " ".join(done.output.split())
    assert done.exit_code == exit, (command, said)
    _holds(said, says, [*(never or ()), "Traceback", "codec"])
    if keeps:
        assert course_changes.everything(load_course(root)) == before, f"{command} changed something"


def _scores(root: Path, expected: dict[str, float | None]) -> None:
    _run(root, f"export csv {NAME} --to scores.csv")
    with (root / "scores.csv").open(encoding="utf-8", newline="") as file:
        found = {row["student"]: float(row["total"]) if row["total"] else None for row in csv.DictReader(file)}
    assert found == expected


def _submitted(root: Path, expected: dict[str, str]) -> None:
    submitted = load_course(root).submitted_dir
    folders = submitted.iterdir() if submitted.is_dir() else ()
    found = {folder.name: (folder / NAME / f"{NAME}.ipynb").read_bytes() for folder in folders}
    assert sorted(found) == sorted(expected)
    assert [name for name, what in expected.items() if found[name] != work(root, what)] == []


def _shows(root: Path, words: list[str], file: str, never: list[str] | None = None) -> None:
    (path,) = load_course(root).workspace.glob(file)
    _holds(" ".join(path.read_text(encoding="utf-8").split()), words, never)


def _holds(text: str, says: list[str] | None, never: list[str] | None) -> None:
    assert [words for words in says or () if words not in text] == [], text
    assert [words for words in never or () if words in text] == [], text


_STEPS: dict[str, Callable[..., None]] = {
    "course.yml": _course,
    "roster": _roster,
    "hand_in": _hand_in,
    "withdraw": _withdraw,
    "change": _change,
    "by_hand": _by_hand,
    "change_score": _change_score,
    "download": _download,
    "run": _run,
    "scores": _scores,
    "submitted": _submitted,
    "shows": _shows,
}
