"""Building a small assignment: nbgrader's source, the release, and what students meet in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.authoring.build import Built, build
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course
from autograder.errors import CourseError, LeakError

AUTHOR = """\
# Toy

Two exercises. Doubling is worth {{ points.double }} points, the question {{ points.why }}.

```{code-cell} ipython3
:tags: [setup]
import numpy as np
```

## Exercise 1

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import double
```

## Exercise 2

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import apply
```

```{code-cell} ipython3
:tags: [needs-double, needs-apply]
shown = apply(np.ones(2), double)
print(shown)
```

+++ {"tags": ["written"], "name": "why", "points": 2}

**Question.** Why double?

+++

The end.
"""

REFERENCE = '''\
"""Toys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def double(x: np.ndarray) -> np.ndarray:
    """Double every number.

    >>> double(np.array([1.0, -2.0]))
    array([ 2., -4.])
    >>> double(np.array([0.5]))
    array([1.])
    """
    # twice x
    return np.multiply(2.0, x)


def apply(x: np.ndarray, f: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Apply a function.

    >>> apply(np.array([1.0]), np.negative)
    array([-1.])
    >>> apply(np.array([1.0]), None)
    Traceback (most recent call last):
    ValueError: no function
    """
    if f is None:
        raise ValueError("no function")
    return f(np.asarray(x))
'''

POINTS = {"double": 2.0, "apply": 1.5}


def toy_course(root: Path) -> Course:
    for folder in ("assignments", "solutions"):
        (root / folder).mkdir()
    (root / "course.yml").write_text("course: toys\ntitle: Toys\nassignments:\n  toy: {title: Toy}\n")
    (root / "assignments/toy.md").write_text(AUTHOR)
    (root / "solutions/toy.py").write_text(REFERENCE)
    return load_course(root)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course that a test may change."""
    return toy_course(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A built assignment that no test changes: nbgrader takes a while to make its gradebook."""
    return built(toy_course(tmp_path_factory.mktemp("toy")))


@pytest.fixture
def release(ready: Built) -> NotebookNode:
    """A fresh copy of the released notebook."""
    return nbformat.read(ready.release / ready.notebook_name, as_version=4)


def built(course: Course, *, points: Mapping[str, float] = POINTS) -> Built:
    return build(course, "toy", points=points, secrets=(course.reference_path("toy"),))


def change(course: Course, old: str, new: str) -> None:
    for path in (course.source_path("toy"), course.reference_path("toy")):
        path.write_text(path.read_text().replace(old, new))


def by_name(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def filled(notebook: NotebookNode, **bodies: str) -> NotebookNode:
    """The released notebook with these function bodies written into it."""
    for name, body in bodies.items():
        cell = by_name(notebook)[name]
        cell.source = cell.source.replace("raise NotImplementedError()", body)
    return notebook


RIGHT = {"double": "return 2 * x", "apply": "if f is None: raise ValueError('f')\n    return f(x)"}


def executed(notebook: NotebookNode, folder: Path, name: str = "toy.ipynb") -> dict[str, tuple[str, str]]:
    """What each named cell wrote to stdout and stderr, when the notebook is run from top to bottom in its folder."""
    nbformat.write(notebook, folder / name)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    texts = {}
    for cell in notebook.cells:
        streams = {"stdout": "", "stderr": ""}
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                streams[output.name] += output.text
        texts[cell.metadata.get("nbgrader", {}).get("grade_id", cell.source)] = (streams["stdout"], streams["stderr"])
    return texts


def test_the_source_holds_the_solutions_and_the_release_stubs(ready: Built, release: NotebookNode) -> None:
    source = by_name(nbformat.read(ready.source / ready.notebook_name, as_version=4))
    assert "return np.multiply(2.0, x)" in source["double"].source
    stub = by_name(release)["double"].source
    assert stub.endswith('    """\n    # YOUR CODE HERE\n    raise NotImplementedError()')
    assert stub.startswith('def double(x: np.ndarray) -> np.ndarray:\n    """Double every number.')


def test_every_cell_has_its_name_and_its_role(release: NotebookNode) -> None:
    cells = by_name(release)
    roles = {
        name: (cell.cell_type, meta.grade, meta.solution, meta.locked, meta.get("points"))
        for name, cell in cells.items()
        for meta in [cell.metadata.nbgrader]
    }
    assert roles == {
        "setup": ("code", False, False, True, None),
        "double": ("code", False, True, False, None),
        "test_double": ("code", True, False, True, 2.0),
        "apply": ("code", False, True, False, None),
        "test_apply": ("code", True, False, True, 1.5),
        "question_why": ("markdown", False, False, True, None),
        "written_why": ("markdown", True, True, False, 2.0),
    }
    assert cells["written_why"].source == "YOUR ANSWER HERE"
    assert cells["test_double"].source == 'check("double")'


def test_points_are_filled_in(release: NotebookNode) -> None:
    assert "Doubling is worth 2 points, the question 2." in release.cells[0].source


def test_the_setup_cell_brings_the_imports_of_the_signatures(release: NotebookNode) -> None:
    setup = by_name(release)["setup"].source.partition("CHECKS_CODE = ")[0]
    assert "from collections.abc import Callable" in setup
    assert setup.count("import numpy as np") == 1


def test_otters_checks_survive_nbgrader(release: NotebookNode) -> None:
    otter = release.metadata.otter
    assert (otter.OK_FORMAT, otter.assignment_name, list(otter.tests)) == (False, "toy", ["apply", "double"])


def test_building_twice_gives_the_same_bytes(course: Course) -> None:
    first = {path: path.read_bytes() for path in built(course).written}
    assert {path: path.read_bytes() for path in built(course).written} == first
    assert {path.name for path in first} == {"nbgrader_config.py", "toy.ipynb", "requirements.txt"}


def test_requirements_name_what_the_notebook_imports(course: Course) -> None:
    change(course, "import numpy as np\n```", "import sklearn.datasets\nimport numpy as np\n```")
    lines = (built(course).release / "requirements.txt").read_text().splitlines()
    assert [line.partition(">=")[0] for line in lines] == ["jupyterlab", "numpy", "scikit-learn"]
    assert "numpy>=2" in lines


def test_the_untouched_release_runs_from_top_to_bottom(release: NotebookNode, tmp_path: Path) -> None:
    texts = executed(release, tmp_path)
    assert texts["test_double"] == ("", "double: not written yet (NotImplementedError)\n")
    assert ("This cell waits until `apply` passes its check.\nIt is not written yet.\n", "") in texts.values()


def test_right_answers_pass_also_in_a_renamed_notebook(release: NotebookNode, tmp_path: Path) -> None:
    texts = executed(filled(release, **RIGHT), tmp_path, "my work (1).ipynb")
    assert texts["test_double"] == ("double: 2 public checks passed. Hidden tests look at more cases.\n", "")
    assert texts["test_apply"] == ("apply: 2 public checks passed. Hidden tests look at more cases.\n", "")


def test_wrong_answers_and_exceptions_are_told_on_stderr(release: NotebookNode, tmp_path: Path) -> None:
    release.cells = [cell for cell in release.cells if not cell.source.startswith("try:")]
    texts = executed(filled(release, double="return x", apply="return x / missing"), tmp_path)
    assert (texts["test_double"][0], texts["test_apply"][0]) == ("", "")
    wrong, raised = texts["test_double"][1], texts["test_apply"][1]
    assert "called        double(np.array([1.0, -2.0]))\n    came back     array([ 1., -2.])" in wrong
    assert "it raised     NameError: name 'missing' is not defined\n    at the line   return x / missing" in raised


def nbgrader(*arguments: str, folder: Path) -> str:
    run = [sys.executable, "-m", "nbgrader", *arguments]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        run, cwd=folder, capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": path}
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_nbgraders_validate_agrees(course: Course) -> None:
    folder = built(course).release
    notebook = nbformat.read(folder / "toy.ipynb", as_version=4)
    by_name(notebook)["written_why"].source = "Because."
    nbformat.write(filled(notebook, **RIGHT), folder / "toy.ipynb")
    assert "Success! Your notebook passes all the tests." in nbgrader("validate", "toy.ipynb", folder=folder)
    cell = by_name(notebook)["double"]
    cell.source = cell.source.replace("return 2 * x", "return x")
    nbformat.write(notebook, folder / "toy.ipynb")
    assert "VALIDATION FAILED ON 1 CELL" in nbgrader("validate", "toy.ipynb", folder=folder)


@pytest.mark.slow
def test_nbgraders_feedback_escapes_what_students_write(small: Course) -> None:
    course = small
    write_nbgrader_config(course)
    notebook = nbformat.read(course.release_dir("toy") / "toy.ipynb", as_version=4)
    by_name(notebook)[
        "written_why"
    ].source = "## My reason\n<script>alert(1)</script> <b onclick='alert(2)'>thick</b>\n\n[here](javascript:alert(3))"
    output = "from IPython.display import HTML, Javascript, display\n"
    output += "display(HTML('<b>shown</b><script>alert(4)</script>'), Javascript('alert(5)'))"
    by_name(notebook)["double"].source = output
    handed_in = course.submitted_dir / "ada/toy"
    handed_in.mkdir(parents=True)
    nbformat.write(notebook, handed_in / "toy.ipynb")
    nbgrader("autograde", "toy", "--create", folder=course.workspace)
    nbgrader("generate_feedback", "toy", folder=course.workspace)
    page = course.feedback_path("ada", "toy").read_text()
    assert '<h2 id="My-reason">My reason' in page
    assert "<b>thick</b>" in page
    assert "<b>shown</b>" in page
    assert "<b onclick" not in page
    assert 'href="javascript' not in page
    assert not re.search(r"<script[^>]*>[^<]*alert", page)


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        (":tags: [setup]\n", "", 5, "must have the tag 'setup'"),
        ("import apply\n", "import apply as double\n", 19, "one line: from solutions.toy import"),
        ("import apply\n", "import triple\n", 19, "toy.py has no exercise 'triple'"),
        ("import apply\n", "import double\n", 19, "'double' appears here a second time"),
        ("solutions.toy", "solutions.other", 12, "one line: from solutions.toy import"),
        ("needs-apply", "needs-triple", 24, "no exercise 'triple' for the tag"),
        (", needs-apply", "", 24, "needs the tag 'needs-apply'"),
        ("print(shown)", "print('''a\nb''')", 24, "several lines"),
        ("print(shown)", "%matplotlib inline", 24, "not plain Python"),
        ("print(shown)", "from solutions.toy import x", 24, "students do not have this: from solutions.toy"),
        ("points.double", "points.triple", 1, "{{ points.triple }} names no exercise"),
        ('"points": 2', '"points": "2"', 31, "needs 'points' above zero"),
        ('"name": "why"', '"name": "double"', 31, "a unique 'name'"),
        ("from collections.abc import Callable", "from solutions.types import Callable", None, "do not have this"),
    ],
)
def test_a_fault_of_the_author_is_named(course: Course, old: str, new: str, line: int | None, fault: str) -> None:
    change(course, old, new)
    with pytest.raises(CourseError) as caught:
        built(course)
    assert fault in str(caught.value)
    assert caught.value.line == line


def test_an_exercise_without_a_place_is_named(course: Course) -> None:
    text = AUTHOR.replace("```{code-cell} ipython3\n:tags: [exercise]\nfrom solutions.toy import apply\n```\n", "")
    course.source_path("toy").write_text(text)
    with pytest.raises(CourseError, match="'apply' has no cell in this notebook"):
        built(course)


def test_points_have_to_fit_the_exercises(course: Course) -> None:
    with pytest.raises(CourseError, match="no hidden test gives points to 'apply'"):
        built(course, points={"double": 1.0})
    with pytest.raises(CourseError, match="points to 'triple', which this notebook lacks"):
        built(course, points={**POINTS, "triple": 1.0})


def test_a_leak_stops_the_build_before_there_is_a_release(course: Course) -> None:
    change(course, "The end.", "The end, and\n`return np.multiply(2.0, x)`.")
    with pytest.raises(LeakError, match=r"toy\.ipynb: cell 12, line 2, holds 'return np\.multiply.*\(toy\.py:19\)"):
        built(course)
    assert not course.release_dir("toy").exists()
