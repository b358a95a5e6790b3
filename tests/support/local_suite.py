"""Small suites of hidden tests whose calls are answered in this process."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import observe
from autograder.sandbox.host.replies import Reply, Step
from autograder.testing.plugin import ReferenceCaller
from autograder.testing.suite import Suite

HEAD = "from autograder.testing import *\nimport numpy as np\n"
NUMBERS = itertools.count()


class Local:
    """Answers with functions of this process, or with a reply that is given."""

    def __init__(self, **answers: Callable[..., Any] | Reply) -> None:
        self.answers = answers
        self.use: Callable[[Step, tuple[Any, ...], Mapping[str, Any]], Reply] = ReferenceCaller(
            SimpleNamespace(**answers)
        ).use

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reply:
        answer = self.answers[name]
        if not callable(answer):
            return answer
        try:
            return observe(answer, args, kwargs)
        except Exception as fault:
            bases = tuple(kind.__name__ for kind in type(fault).__mro__)
            return Raised(0, type(fault).__name__, bases, str(fault), ())


def suite(folder: Path, reference: str, tests: str) -> Suite:
    """A suite of these tests against this reference."""
    name = f"local_{next(NUMBERS)}"
    (folder / "solutions").mkdir(exist_ok=True)
    (folder / "solutions" / f"{name}.py").write_text(dedent(reference))
    path = folder / "hidden_double.py"  # a name whose asserts this pytest does not rewrite
    path.write_text(HEAD + dedent(tests))
    return Suite(path, f"solutions.{name}", root=folder)
