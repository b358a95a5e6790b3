"""Turns an exercise's docstring examples into the public checks that students run in their notebook, with otter.

The hidden tests' comparator and the functions from `array` to `run_case` run in the student's kernel: their source goes
into each otter test file as it stands, so they use nothing but NumPy and `traceback`. otter demands ASCII.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.authoring.exercises import Exercise
from autograder.testing import compare
from autograder.testing.compare import difference, is_number


def array(data: Any, dtype: Any = None, shape: Any = None) -> Any:
    """What `array(...)` means in an expected answer; NumPy prints the shape of an empty array as well."""
    made = np.array(data, dtype=dtype)
    return made if shape is None else made.reshape(shape)


def shown_value(value: Any) -> str:
    """The value on one line or more, and what kind of value it is."""
    text = repr(value).replace("\n", "\n" + " " * 18)
    if len(text) > 400:
        text = text[:400] + " ..."
    if isinstance(value, np.ndarray):
        return f"{text}  (array, shape {value.shape}, dtype {value.dtype})"
    if is_number(value):
        return f"{text}  (a number)"
    return f"{text}  ({type(value).__name__})"


def where(error: BaseException) -> str:
    """The line of the notebook at which the exception was raised, if it was one of the student's."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "ipykernel" in frame.filename]
    return f"\n    at the line   {frames[-1].line}" if frames and frames[-1].line else ""


def run_case(
    env: Mapping[str, Any], name: str, before: list[str], shown: str, call: str, want: str, raises: str
) -> None:
    """Runs one example among the student's functions, and says what was called, what came back, what was expected."""
    scope = {**vars(np), "np": np, "array": array}
    if name not in env:
        raise AssertionError(f"there is nothing of this name; run the cell that defines {name} first")
    names = {**env, "np": np}
    indented = shown.replace("\n", "\n" + " " * 18)
    told = f"a public check failed.\n    called        {indented}\n"
    asked = raises or shown_value(eval(want, scope))
    expected = f"\n    expected      {asked}"
    try:
        for line in before:
            exec(line, names)
        got = eval(call, names)
    except NotImplementedError as error:
        culprit = traceback.extract_tb(error.__traceback__)[-1].name
        own = isinstance(env[name], type) and culprit in vars(env[name])
        whose = "" if culprit == name else f"{culprit} is " if own else f"waits for {culprit}, which is "
        raise AssertionError(f"{whose}not written yet (NotImplementedError)") from None
    except (Exception, SystemExit) as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        if raises in kinds:
            return
        raise AssertionError(f"{told}    it raised     {kinds[0]}: {error}{where(error)}{expected}") from None
    came = f"{told}    came back     {shown_value(got)}{expected}"
    if raises:
        raise AssertionError(came)
    found = difference(got, eval(want, scope))
    if found:
        raise AssertionError(f"{came}\n    what differs  {found.message}")


EMBEDDED: tuple[Callable[..., Any], ...] = (array, shown_value, where, run_case)
COMPARATOR = inspect.getsource(compare).partition("from __future__ import annotations\n")[2].strip()

HEADER = """\
from __future__ import annotations
import traceback
import numpy as np
from otter.test_files import test_case
OK_FORMAT = False
"""


def otter_source(exercise: Exercise) -> str:
    """The source of an otter test file, exception-based, with one case for each example that expects something.

    The statements before an example are run for it; the message shows those since the example before.
    """
    cases: list[str] = []
    before: list[str] = []
    shown: list[str] = []
    for example in exercise.examples:
        shown.append(example.call)
        if not example.expects:
            before.append(example.call)
            continue
        number = len(cases) + 1
        texts = (exercise.name, before, "\n".join(shown), example.call, example.want, example.raises or "")
        arguments = ", ".join(map(ascii, texts))
        cases.append(
            f"@test_case(name='example {number}')\ndef example_{number}(env):\n    run_case(env, {arguments})\n"
        )
        shown.clear()
    helpers = [inspect.getsource(function) for function in EMBEDDED]
    return "\n\n".join([f"{HEADER}name = {exercise.name!r}\n", COMPARATOR, *helpers, *cases])


SETUP = '''
@functools.cache
def public_checks():
    """Otter, with the public checks that this notebook's file carries, whatever its name is now."""
    import contextlib, glob, json, os, pathlib
    import otter

    opened = os.path.basename(os.environ.get("JPY_SESSION_NAME", ""))
    for name in [opened, "{assignment}.ipynb", *sorted(glob.glob("*.ipynb"))]:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            notebook = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
            if notebook["metadata"]["otter"]["assignment_name"] == "{assignment}":
                return otter.Notebook(name, tests_dir="")
    raise FileNotFoundError(f"This notebook's file is not in {os.getcwd()}. Save it there first.")


def check(exercise):
    """Runs the public checks of one exercise on your function. Hidden tests look at more cases."""
    import sys

    try:
        cases = public_checks().check(exercise, global_env=globals()).test_case_results
    except ImportError:
        print("otter is not installed. In a terminal: pip install -r requirements.txt", file=sys.stderr)
    except Exception as fault:
        print(f"The public checks of {exercise} could not run. {fault}", file=sys.stderr)
    else:
        faults = [case.message.partition("\\nAssertionError: ")[2] for case in cases if not case.passed]
        for fault in dict.fromkeys(faults):
            print(f"{exercise}: {fault}", file=sys.stderr)
        if not faults:
            print(f"{exercise}: {len(cases)} public checks passed. Hidden tests look at more cases.")
'''
"""otter is imported by the first check, not at once: that takes a second, which who runs no check need not wait."""


def setup_source(assignment: str, imports: str) -> str:
    """The text of the notebook's setup cell: the imports, and `check` on top of otter."""
    return f"import functools\n{imports.strip()}\n\n{SETUP.replace('{assignment}', assignment).rstrip()}"
