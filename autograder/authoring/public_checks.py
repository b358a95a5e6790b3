"""Turns an exercise's docstring examples into the public checks that students run in their notebook, and for otter.

The notebook's own `check` needs nothing but NumPy, and no file: what `student_checks` does is in the setup cell,
with the examples. otter's test files hold the same examples and the same functions, so `otter run` says the same.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograder.authoring import student_checks
from autograder.authoring.exercises import Exercise
from autograder.testing import compare

EMBEDDED: tuple[Callable[..., Any], ...] = (
    student_checks.array,
    student_checks.shown_value,
    student_checks.where,
    student_checks.run_case,
)


def _without_engine(module: Any) -> str:
    """A module's source below its docstring, without the imports that only the engine can satisfy."""
    source = inspect.getsource(module).partition("from __future__ import annotations\n")[2].strip()
    return "\n".join(line for line in source.splitlines() if not line.startswith("from autograder"))


COMPARATOR = _without_engine(compare)
CODE = f"from __future__ import annotations\n\n{COMPARATOR}\n\n\n{_without_engine(student_checks)}\n"
"""What runs in the notebook, in a namespace of its own."""

HEADER = """\
from __future__ import annotations
import traceback
import numpy as np
from otter.test_files import test_case
OK_FORMAT = False
"""


def cases_of(exercise: Exercise) -> Iterator[tuple[list[str], str, str, str, str]]:
    """The arguments of `run_case` for each example that expects something.

    The statements before an example are run for it; the message shows those since the example before.
    """
    before: list[str] = []
    shown: list[str] = []
    for example in exercise.examples:
        shown.append(example.call)
        if example.expects:
            yield [*before], "\n".join(shown), example.call, example.want, example.raises or ""
            shown.clear()
        else:
            before.append(example.call)


def otter_source(exercise: Exercise) -> str:
    """The source of an otter test file, exception-based, with one case for each example that expects something."""
    cases = []
    for number, case in enumerate(cases_of(exercise), start=1):
        arguments = ", ".join(map(ascii, (exercise.name, *case)))
        cases.append(
            f"@test_case(name='example {number}')\ndef example_{number}(env):\n    run_case(env, {arguments})\n"
        )
    helpers = [inspect.getsource(function) for function in EMBEDDED]
    return "\n\n".join([f"{HEADER}name = {exercise.name!r}\n", COMPARATOR, *helpers, *cases])


SETUP = '''
def check(exercise):
    """Runs the public checks of one exercise on your function. Hidden tests look at more cases."""
    import sys

    try:
        checks = public_checks()
        passed, text = checks["examine"](checks["exercises"], exercise, globals())
    except Exception as fault:
        passed, text = False, f"The public checks of {exercise} could not run. {type(fault).__name__}: {fault}"
    print(text, file=sys.stdout if passed else sys.stderr)


@functools.cache
def public_checks():
    """The checks' code, which needs NumPy alone, with the examples and the locked hints. You need not read it."""
    import json

    checks = {"__name__": "public_checks"}
    exec(CHECKS_CODE, checks)
    return checks | {"exercises": json.loads(CHECKS_DATA.replace("\\n", ""))}
'''


def setup_source(imports: str, exercises: Sequence[Exercise], hints: Mapping[str, Any]) -> str:
    """The text of the notebook's setup cell: the imports, `check`, and all that it needs."""
    data = {
        exercise.name: {"cases": [*cases_of(exercise)]}
        | ({"hints": hints[exercise.name]} if exercise.name in hints else {})
        for exercise in exercises
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("'''", "\\u0027\\u0027\\u0027")
    lines = "\n".join(_folded(text))
    held = f"CHECKS_CODE = r'''\n{CODE}'''\nCHECKS_DATA = r'''\n{lines}\n'''"
    return f"import functools\n{imports.strip()}\n\n{SETUP.rstrip()}\n\n\n{held}"


WIDTH = 110


def _folded(text: str) -> Iterator[str]:
    """The text in lines that neither begin nor end with a space, which editors like to take away."""
    while len(text) > WIDTH:
        end = next(at for at in range(WIDTH, 0, -1) if not text[at - 1].isspace() and not text[at].isspace())
        yield text[:end]
        text = text[end:]
    yield text
