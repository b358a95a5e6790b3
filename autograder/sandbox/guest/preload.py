"""What a warmed interpreter does before its walls go up: everything that a notebook usually needs, once."""

from __future__ import annotations

import gc
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

from autograder.sandbox.guest.lazy_modules import hidden, lazy
from autograder.sandbox.guest.shell import Compiler

if TYPE_CHECKING:
    from autograder.sandbox.guest.runner import Runner

DATA = """
import sklearn.datasets
sklearn.datasets.load_iris()
"""

# Draws what figures usually hold, so that fonts, formulas and layouts are ready before the fork.
FIGURE = """
import matplotlib.pyplot as plt
import numpy as np
figure, panels = plt.subplots(1, 2, figsize=(4, 3), sharey=True, layout="constrained")
for axes, size in zip(panels, (10, 11)):
    axes.plot([0, 1, 2], [0, 1, 0], "o-", label="line")
    axes.scatter([0, 1], [0, 1], label="points")
    axes.contourf(np.eye(3), levels=2)
    axes.set_title("title", fontsize=size, loc="left")
    axes.set_xlabel("$x_1^2$ 0.5", fontsize=size)
    axes.set_ylabel("text", fontsize=size)
    axes.tick_params(labelsize=size)
    axes.legend(fontsize=size)
figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center")
plt.show()
"""


# Raises where a library calls the notebook back, and once more while that is handled. A traceback looks for the module
# of each file among all that are imported, which takes long the first time.
FAULT = """
import numpy as np
def answer(x):
    raise NotImplementedError()
try:
    np.vectorize(answer)(np.zeros(1))
except NotImplementedError as fault:
    raise ValueError("none") from fault
"""


def warm_up(runner: Runner) -> None:
    """Imports what notebooks need and draws a figure; the shell's namespace stays as it was."""
    import matplotlib

    matplotlib.use("module://matplotlib_inline.backend_inline")
    import matplotlib.pyplot as plt
    from matplotlib_inline import backend_inline

    from autograder.sandbox.guest import figures

    inline: Any = backend_inline

    sys.modules["otter"] = _otter()
    inline.configure_inline_support(runner.shell, "module://matplotlib_inline.backend_inline")
    figures.use_for(runner.shell, runner.pictures)
    # a modest size, as executed notebooks are looked at and not printed; there, text without hints looks the same
    matplotlib.rcParams["figure.dpi"] = 72
    matplotlib.rcParams["text.hinting"] = "none"
    with hidden("pandas"), lazy("scipy.stats"):  # scikit-learn hardly needs them; a notebook that does, has them
        _import("sklearn.datasets", "asyncio", "timeit")
    gc.freeze()  # what is imported stays; resetting the shell need not look through it
    for cell in (DATA, FIGURE, FAULT):
        runner.execute(0, cell)
    plt.close("all")
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)  # no notebook has raised anything yet
    runner.shell.reset(new_session=True)
    runner.shell.execution_count = 1
    runner.outputs.start()
    Compiler.names.clear()


def _import(*names: str) -> None:
    for name in names:
        try:
            __import__(name)
        except ImportError:
            continue  # a notebook that needs it says so itself


def _otter() -> types.ModuleType:
    """Stands for otter, whose public checks are for students at work; grading neither needs nor trusts them."""

    class Checked:
        test_case_results: tuple[()] = ()

    class Notebook:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            pass

        def check(self, *args: Any, **kwargs: Any) -> Checked:
            return Checked()

        def check_all(self) -> None:
            pass

    module = types.ModuleType("otter", inspect.cleandoc(_otter.__doc__ or ""))
    module.Notebook = Notebook  # type: ignore[attr-defined]
    return module
