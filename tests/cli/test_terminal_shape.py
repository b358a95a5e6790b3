"""What commands print: in 80 columns, without colour where there is no terminal, and with the right exit status."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from small_course import NAME, PROGRAM, autograder, hand_in

from autograder.course import Course

pytestmark = pytest.mark.slow

SUMMARIES = (
    ("grade", NAME, "--force"),
    ("grade", NAME, "--dry-run"),
    ("feedback", NAME),
    ("report", NAME),
    ("verify", NAME),
    ("export", "csv", NAME),
    ("feedback", "--help"),
)
COLOUR = re.compile(r"\x1b\[[0-9;]*\b(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.fixture
def crowded(graded: Course) -> Course:
    """The small course with somebody whose file is none, and whose name is long."""
    hand_in(graded.root, "student-with-a-name-" + "w" * 60, data=b"[]")
    return graded


def too_wide(text: str) -> list[str]:
    """The lines over 80 columns, apart from those with a path: these must be copied in one piece."""
    return [line for line in text.splitlines() if len(line) > 80 and not re.search(r"\S*/\S*\.\w+", line)]


def test_summaries_fit_80_columns_and_are_plain_where_there_is_no_terminal(crowded: Course) -> None:
    for arguments in SUMMARIES:
        done = autograder(*arguments, cwd=crowded.root, COLUMNS="80", TERM="xterm-256color")
        said = done.stdout + done.stderr
        assert said.strip()
        assert (arguments, too_wide(said)) == (arguments, [])
        assert "\x1b" not in said
        assert done.returncode == (3 if "--force" in arguments else 0), said


def in_a_terminal(root: Path, *arguments: str, **environment: str) -> str:
    """What the command prints where a person sits."""
    master, slave = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    shown = kept | {"TERM": "xterm-256color", "COLUMNS": "80", **environment}
    with subprocess.Popen([PROGRAM, *arguments], cwd=root, stdout=slave, stderr=slave, env=shown) as running:
        os.close(slave)
        said = b""
        with suppress(OSError):  # how Linux says that nobody writes there any more
            while piece := os.read(master, 65536):
                said += piece
        running.wait(60)
    os.close(master)
    return said.decode()


def test_colour_is_for_terminals_and_no_color_is_obeyed(graded: Course) -> None:
    assert COLOUR.search(in_a_terminal(graded.root, "report", NAME))
    assert not COLOUR.search(in_a_terminal(graded.root, "report", NAME, NO_COLOR="1"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("report", NAME), 0),
        (("report", "nothing"), 1),
        (("feedback", NAME, "--student", "nobody"), 1),
        (("feedback", "--zip", "canvas"), 2),
        (("feedback", NAME, "--zip", "canvas"), 1),
        (("report", "--sideways"), 2),
    ],
)
def test_exit_statuses_are_those_of_the_readme(graded: Course, arguments: tuple[str, ...], code: int) -> None:
    assert autograder(*arguments, cwd=graded.root).returncode == code
