"""The shell takes short ways through plain Python. IPython's own way must come to the same."""

from __future__ import annotations

import inspect
import re
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from small_course import PROJECT

from autograder.sandbox.common.messages import Failure, Stream
from autograder.sandbox.guest.runner import Runner
from autograder.sandbox.guest.shell import BEYOND_PYTHON, Shell

CODE = re.compile(r"```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)```", re.DOTALL)
PAGES = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "assignments").glob("*.md"))]
GIVEN = [cell.strip("\n") for page in PAGES for cell in CODE.findall(page)]
ODD = [
    *("pwd", "x = 5", "%matplotlib inline", "!ls", "len?", "?len", "  x = 1", "\n\nx = 1", "", "   ", "x = '''\n"),
    *("x = 1\n%time x", "x = %pwd\nx", "x = !ls\nx", "x = \\\n%pwd\n", "x\ny?", "%%time\nx = 1", "x = 1\n   \ny = 2"),
    *(">>> x = 1\n>>> y = 2", "x = 1\n... y\n", "...\n...\n", "In [1]: x = 1\nIn [2]: y", "/f x\ny", ",f a b\ny"),
    *(";f a\ny", 'text = """\n   \n"""\n', '"""\n%time\n"""\nx', "(1\n % 2)\n", "a = 7\na %= 4\na != 3", "f'{x!r}'\ny"),
    *(
        "def f(:\n  x",
        "x = (\n",
        "if x:\n\ty = 1\n\tz = 2\n",
        "x = 1; y = 2\nx",
        "x = 1\r\ny = 2\r\n",
        "# Why?\nx = 1\n",
        "#` \r %pwd\nx\n",
        "x = 1\f\n#\u2028%pwd\ny = 2\n",
    ),
]


@pytest.fixture(scope="module")
def shell() -> Shell:
    made: Shell = Runner().shell
    return made


@pytest.mark.parametrize("cell", [*ODD, *GIVEN])
def test_a_cell_becomes_what_ipython_makes_of_it(shell: Shell, cell: str) -> None:
    assert shell.transform_cell(cell) == InteractiveShell.transform_cell(shell, cell)


def test_a_notebook_s_own_transformation_is_obeyed(shell: Shell) -> None:
    shell.input_transformers_post.append(lambda lines: [line.replace("eins", "1") for line in lines])
    try:
        assert shell.transform_cell("x = eins\ny = 2\n") == "x = 1\ny = 2\n"
    finally:
        shell.input_transformers_post.pop()


def test_a_traceback_shows_a_cell_s_lines_and_looks_through_no_modules() -> None:
    runner = Runner()
    runner.execute(6, "import inspect\nframe = inspect.currentframe()\ndef f():\n    raise ValueError('here')\n")
    (failure,) = runner.execute(7, "f()")
    assert isinstance(failure, Failure)
    assert "----> 4     raise ValueError('here')" in "\n".join(failure.traceback)
    frame = runner.shell.user_ns["frame"]
    assert inspect.modulesbyfile[frame.f_code.co_filename] not in sys.modules
    assert inspect.getmodule(frame) is None
    assert inspect.getsource(frame).splitlines()[1] == "frame = inspect.currentframe()"


def test_the_given_cells_go_the_short_way() -> None:
    assert len(GIVEN) > 90
    assert sum(not BEYOND_PYTHON.search(cell) for cell in GIVEN) > 0.8 * len(GIVEN)


@pytest.mark.parametrize(
    "cell", ["x = 1", "await f()", "async with f():\n    pass", "x = [i async for i in f()]", "awaited = 1", "def f(:"]
)
def test_a_cell_awaits_where_ipython_says_so(shell: Shell, cell: str) -> None:
    ours = shell.should_run_async(cell, transformed_cell=cell)
    assert ours == InteractiveShell.should_run_async(shell, cell, transformed_cell=cell)


@pytest.mark.parametrize("line", ["!pip install numpy", "%pip install numpy", "%conda install numpy", "%system ls"])
def test_a_line_that_would_start_a_program_says_that_it_is_not_run_and_the_cell_goes_on(line: str) -> None:
    runner = Runner()
    (said,) = runner.execute(0, f"{line}\nx = 7\nprint(x)")
    assert isinstance(said, Stream)
    assert said.text == f"[not run while grading: {line}]\n7\n"


def test_what_a_shell_line_lists_is_empty() -> None:
    runner = Runner()
    runner.execute(0, "listed = !ls\nlines = %sx ls\nfound = get_ipython().getoutput('ls')")
    assert [runner.shell.user_ns[name] for name in ("listed", "lines", "found")] == [[], [], []]
    (said,) = runner.execute(1, "%%bash\necho hello")
    assert isinstance(said, Stream)
    assert said.text == "[not run while grading: %%bash]\n"
