"""`autograder check` on a course with a fault: file, line and what is wrong, and exit status 1."""

from __future__ import annotations

from pathlib import Path

import class_course
import pytest
import small_course
from small_course import AUTHOR, HIDDEN, MISTAKES, REFERENCE, own_solutions
from typer.testing import CliRunner

from autograder.cli import app
from autograder.cli.app import ExitCode


def line_of(text: str, part: str) -> int:
    """The line of the text on which the part begins."""
    return text[: text.index(part)].count("\n") + 1


def told(root: Path, **changed: str) -> str:
    """What the command says of the small course with changed files."""
    small_course.write(root, **changed)
    with own_solutions():
        done = CliRunner().invoke(app, ["check", "--jobs", "1", "--course", str(root)])
    assert isinstance(done.exception, SystemExit), done.exception  # any other would be shown as a traceback
    assert done.exit_code == ExitCode.fault, done.output
    return done.output


MEAN = '@points("mean"'
ERRS = HIDDEN.replace("    agree.mean(", "    undefined_name\n    agree.mean(")
NO_MEAN = HIDDEN[: HIDDEN.index('@points("mean", 2.0)')]
UNKNOWN = HIDDEN + NO_MEAN[NO_MEAN.index('@points("double", 1.0)') :].replace('"double", 1.0', '"treble", 1.0').replace(
    "test_double", "test_treble"
)
LEFT_OUT = MISTAKES.replace(', hint="Who gets how much?"', "")
NAMELESS = MISTAKES.replace('    """a function that forgets to divide"""\n', "")
NOBODYS = MISTAKES.replace('@mistake("mean", hint="Who gets how much?"', '@mistake("median", hint=""')
UNTAGGED = AUTHOR.replace(":tags: [exercise]\nfrom solutions.toy import mean", "from solutions.toy import mean")
MISSPELT = AUTHOR.replace("[exercise]\nfrom solutions.toy import mean", "[exercize]\nfrom solutions.toy import mean")
NEEDS = AUTHOR + "\n```{code-cell} ipython3\n:tags: [needs-meen]\nprint(1)\n```\n"
POINTS = AUTHOR.replace("## Exercise 2", "## Exercise 2\n\n{{ points.meen }} points")
BROKEN = REFERENCE + "\n\nFINE = 1\nWRONG = undefined_name\n"
HALF = HIDDEN + "\n\ndef test_half(:\n"

CASES = {
    "an exercise has no test": (
        {"hidden": NO_MEAN},
        "solutions/toy.py",
        line_of(REFERENCE, "def mean"),
        "no hidden test gives points to 'mean'",
    ),
    "a mark names no exercise": (
        {"hidden": UNKNOWN},
        "solutions/hidden/test_toy.py",
        line_of(UNKNOWN, '@points("treble"'),
        "test_treble_of_many gives points to 'treble', which is not an exercise of toy.py",
    ),
    "a mistake has no hint": (
        {"mistakes": LEFT_OUT},
        "solutions/mistakes/toy.py",
        line_of(LEFT_OUT, '@mistake("mean"'),
        "cannot be imported: TypeError: mistake() missing 1 required keyword-only argument: 'hint'",
    ),
    "a mistake has no misconception": (
        {"mistakes": NAMELESS},
        "solutions/mistakes/toy.py",
        line_of(NAMELESS, '@mistake("mean"'),
        "cannot be imported: ValueError: adds_up: its docstring must name the misconception",
    ),
    "a stub has no tag": (
        {"author": UNTAGGED},
        "assignments/toy.md",
        line_of(UNTAGGED, "```{code-cell} ipython3\nfrom solutions.toy import mean"),
        "this cell imports the exercise 'mean', so it needs the tag 'exercise'",
    ),
    "a stub has a misspelt tag": (
        {"author": MISSPELT},
        "assignments/toy.md",
        line_of(MISSPELT, "```{code-cell} ipython3\n:tags: [exercize]"),
        "this cell imports the exercise 'mean', so it needs the tag 'exercise'",
    ),
    "a cell needs no exercise": (
        {"author": NEEDS},
        "assignments/toy.md",
        line_of(NEEDS, "```{code-cell} ipython3\n:tags: [needs-meen]"),
        "there is no exercise 'meen' for the tag 'needs-meen'",
    ),
    "the points of no exercise": (
        {"author": POINTS},
        "assignments/toy.md",
        line_of(POINTS, "\n## Exercise 2"),  # where the text cell begins
        "{{ points.meen }} names no exercise or written question",
    ),
    "a reference that breaks": (
        {"reference": BROKEN},
        "solutions/toy.py",
        line_of(BROKEN, "WRONG ="),
        "cannot be imported: NameError: name 'undefined_name' is not defined",
    ),
    "hidden tests that are no Python": (
        {"hidden": HALF},
        "solutions/hidden/test_toy.py",
        line_of(HALF, "def test_half"),
        "SyntaxError: invalid syntax",
    ),
    "a class with more than methods": (
        {
            "author": class_course.AUTHOR,
            "hidden": class_course.HIDDEN,
            "mistakes": class_course.MISTAKES,
            "reference": class_course.REFERENCE + "\n    secret = 3\n",
        },
        "solutions/toy.py",
        line_of(class_course.REFERENCE + "\n    secret = 3\n", "    secret = 3"),
        "Dense: an exercise that is a class may hold only its docstring and methods",
    ),
}


@pytest.mark.parametrize(("changed", "file", "line", "fault"), CASES.values(), ids=CASES)
def test_the_fault_is_named_with_its_file_and_line(
    tmp_path: Path, changed: dict[str, str], file: str, line: int, fault: str
) -> None:
    said = " ".join(told(tmp_path, **changed).split())
    assert f"{tmp_path}/{file}:{line}: {fault}" in said


def test_faults_that_do_not_keep_it_from_being_built_are_told_at_once_and_each_once(tmp_path: Path) -> None:
    said = told(tmp_path, hidden=ERRS, mistakes=NOBODYS)
    hidden, mistakes = tmp_path / "solutions/hidden/test_toy.py", tmp_path / "solutions/mistakes/toy.py"
    line = line_of(NOBODYS, '@mistake("median"')
    for fault in (
        f"{hidden}:{line_of(ERRS, MEAN)}: test_mean_of_many errs on the reference itself: NameError: name "
        "'undefined_name' is not defined",
        f"{mistakes}:{line}: adds_up answers 'median', which is not an exercise",
        f"{mistakes}:{line}: adds_up has no hint",
    ):
        assert said.count(fault) == 1
