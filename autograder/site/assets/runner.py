"""Runs a chapter's cells in the browser, in Pyodide: the checks of answers, and the pictures that answers draw.

It stands in for the few parts of IPython and scikit-learn that the notebooks use.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import functools
import io
import json
import linecache
import sys
import traceback
import types

MOST_TEXT = 20_000
MOST_PICTURES = 10


class Bounded(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text):
        """Writes as much as still fits."""
        room = MOST_TEXT - self.tell()
        if 0 < room < len(text):
            text = f"{text[:room]}\n[more output was cut off here]"
        return super().write(text) if room > 0 else 0


class Worker:
    """The cells of one notebook, run among a student's answers."""

    def __init__(self, notebook):
        self.cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
        self.names = {}
        for cell in self.cells:
            if grade_id(cell) == "setup":
                self.names = run_statements(source_of(cell))
        self.checks = self.names["public_checks"]()
        self.full = None

    def check(self, message):
        """Runs an exercise's public checks; JSON in and out."""
        asked = json.loads(message)
        names, printed = {**self.names}, Bounded()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            fault = self.answer(asked["answers"], names, asked["name"])
            passed, text = self.checks["examine"](self.checks["exercises"], asked["name"], names)
        if fault:
            passed, text = False, f"{asked['name']}: {fault}"
        return json.dumps({"passed": bool(passed), "text": text, "printed": printed.getvalue()})

    def answer(self, answers, names, asked):
        """Runs all answers, and says what is wrong with the cell of the one that is asked for."""
        fault = ""
        for name, source in answers.items():
            told = run_cell(source, names, f"<{name}>")
            fault = told if name == asked else fault
        return fault

    def run(self, message):
        """Runs all cells up to one, and returns what that one shows; JSON in and out."""
        asked = json.loads(message)
        names, shown = {**self.drawing_names()}, []
        SHOWN[:] = []
        for at, cell in enumerate(self.cells):
            name, printed = grade_id(cell), Bounded()
            source = asked["answers"].get(name, source_of(cell))
            if name == "setup" or (name or "").startswith("test_"):
                continue
            SHOWN[:] = []
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                fault = run_cell(source, names, f"<cell {at}>", show=True)
            pictures = [*SHOWN, *open_pictures()]
            if cell.get("id") == asked["cell"]:
                text = printed.getvalue() + (f"{fault}\n" if fault else "")
                shown = [{"text": text}] * bool(text) + pictures[:MOST_PICTURES]
                break
        return json.dumps(shown)

    def drawing_names(self):
        """The setup cell's names once pictures can be drawn."""
        if self.full is None:
            import matplotlib.pyplot

            matplotlib.pyplot.switch_backend("agg")
            setup = next(source_of(cell) for cell in self.cells if grade_id(cell) == "setup")
            self.full = run_statements(setup)
        return self.full


def grade_id(cell):
    """The cell's name in nbgrader, if it has one."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def source_of(cell):
    """The cell's text."""
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def run_statements(source):
    """The names after all statements that can run: what draws has to wait until matplotlib is there."""
    names = {"__name__": "__main__"}
    for statement in ast.parse(source).body:
        with contextlib.suppress(ImportError, NameError):
            exec(compile(ast.Module([statement], []), "<setup>", "exec"), names)
    return names


def run_cell(source, names, place, show=False):
    """Runs a cell; returns what it raised. ``show`` prints the value of its last line, as Jupyter does."""
    linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
    try:
        tree = ast.parse(source, place)
        last = tree.body.pop() if show and tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, place, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), place, "eval"), names)
            if value is not None and not isinstance(value, types.FunctionType):
                print(repr(value))
    except SyntaxError as error:
        return f"{type(error).__name__} in line {error.lineno}: {error.msg}\n    {(error.text or '').strip()}"
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == place]
        line = f" in line {frames[-1].lineno}" if frames else ""
        return f"{type(error).__name__}{line}: {error}"
    return ""


# what the notebooks use of IPython and scikit-learn

SHOWN = []


def open_pictures():
    """The figures that a cell left open, as pictures."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    made = [{"png": png_of(pyplot.figure(number)), "alt": ""} for number in pyplot.get_fignums()[:MOST_PICTURES]]
    pyplot.close("all")
    return made


def png_of(figure):
    """A figure as PNG in base64."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return base64.b64encode(file.getvalue()).decode()


class Formatter:
    """Stands for IPython's display formatter."""

    def format(self, figure, include=None):
        """The figure as a bundle, and no metadata."""
        return {"image/png": png_of(figure)}, {}


class Shell:
    """Stands for IPython's shell."""

    display_formatter = Formatter()
    events = types.SimpleNamespace(register=lambda *_: None)  # matplotlib would draw after each cell


class Markup(str):
    """Stands for IPython's HTML."""


def display(value, *others):
    """Keeps what `when_ready` shows: an image with its description. Anything else is shown as text."""
    from html.parser import HTMLParser

    class Image(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found = dict(attributes)
            source = found.get("src") or ""
            if tag == "img" and source.startswith("data:image/png;base64,"):
                SHOWN.append({"png": source.partition(",")[2], "alt": found.get("alt") or ""})

    if isinstance(value, Markup):
        Image().feed(value)
    else:
        print(repr(value))


def load_data(name, return_X_y=False, scaled=True, as_frame=False):
    """Stands for a function of scikit-learn's that loads a data set."""
    import js
    import numpy as np

    def arrays(value):
        return np.array(value["whole"], dtype=float) if isinstance(value, dict) else np.array(value)

    fields = {key: arrays(value) for key, value in json.loads(js.readData(name)).items()}
    unscaled = fields.pop("unscaled", None)
    if not scaled and unscaled is not None:
        fields["data"] = unscaled
    if name == "load_digits":
        fields["images"] = fields["data"].reshape(-1, 8, 8)
    if "feature_names" in fields:
        fields["feature_names"] = fields["feature_names"].tolist()
    bunch = Bunch(fields)
    return (bunch.data, bunch.target) if return_X_y else bunch


class Bunch(dict):
    """Stands for scikit-learn's dictionary with attributes."""

    __getattr__ = dict.__getitem__


def stand_in(name, **members):
    """A module of this name with these members."""
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = []  # it may have parts
    vars(module).update(members)
    return module


stand_in("IPython.display", HTML=Markup, display=display)
stand_in("IPython.core.pylabtools", backend2gui={})
stand_in("IPython.core", pylabtools=sys.modules["IPython.core.pylabtools"])
stand_in("IPython", get_ipython=lambda: Shell, display=sys.modules["IPython.display"], version_info=(9, 0))
_loaders = ("load_iris", "load_wine", "load_breast_cancer", "load_diabetes", "load_digits")
_data = {name: functools.partial(load_data, name) for name in _loaders}
stand_in("sklearn", datasets=stand_in("sklearn.datasets", **_data))

worker = Worker(NOTEBOOK)  # the page's worker sets it
