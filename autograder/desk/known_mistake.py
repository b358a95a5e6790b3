"""Turns a student's wrong answer into a known mistake in ``solutions/mistakes/``.

The grader imports that file outside all walls. So an answer is taken only when it can do nothing but
calculate: every name in it is an argument, a variable, a harmless builtin, NumPy or another exercise.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import textwrap
from dataclasses import dataclass

import numpy as np

from autograder.course import Course
from autograder.errors import CourseError
from autograder.workspace.files import write_atomically

BUILTINS = frozenset(
    {"abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "filter", "float", "int", "isinstance"}
    | {"len", "list", "map", "max", "min", "pow", "range", "reversed", "round", "set", "slice", "sorted", "str", "sum"}
    | {"tuple", "zip", "property", "staticmethod", "super", "object"}
)
NUMPY = frozenset(
    {"all", "any", "append", "arange", "argmax", "argmin", "argsort", "array", "asarray", "atleast_1d", "atleast_2d"}
    | {"average", "broadcast_to", "bool_", "clip", "concatenate", "copy", "cov", "cumprod", "cumsum", "diag", "diff"}
    | {"dot", "dtype", "e", "einsum", "empty", "empty_like", "expand_dims", "eye", "flip", "float32", "float64", "full"}
    | {
        "full_like",
        "hstack",
        "identity",
        "inf",
        "inner",
        "int32",
        "int64",
        "integer",
        "isclose",
        "isscalar",
        "linspace",
    }
    | {"max", "mean", "median", "meshgrid", "min", "nan", "nanmean", "nansum", "ndarray", "ndim", "newaxis", "number"}
    | {"ones", "ones_like", "outer", "pi", "prod", "ravel", "repeat", "reshape", "round", "shape", "size", "sort"}
    | {"split", "squeeze", "stack", "std", "sum", "swapaxes", "take", "tensordot", "tile", "trace", "transpose", "tri"}
    | {"tril", "triu", "unique", "var", "vdot", "vstack", "where", "zeros", "zeros_like", "count_nonzero", "nonzero"}
    | {"errstate", "linalg", "norm", "random", "default_rng", "floating", "ptp", "isin", "column_stack", "array_equal"}
    | {"inv", "solve", "lstsq", "pinv", "linspace"}
    | {name for name in dir(np) if isinstance(getattr(np, name), np.ufunc)}
)
REFUSED = frozenset({"tofile", "dump", "dumps", "ctypes", "data", "setflags", "bit_generator", "format", "format_map"})
OUTSIDE = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Match, ast.AsyncFunctionDef, ast.AsyncFor)
"""What reaches out of a function; `match` reads attributes by names that are not attributes in the syntax tree."""

LINE = 108


class Unfit(CourseError):
    """An answer that cannot be turned into a known mistake automatically."""


@dataclass(frozen=True)
class Draft:
    """A mistake as it would be written: ``name`` is the function's, ``misconception`` completes 'the answers of …'."""

    exercise: str
    name: str
    misconception: str
    hint: str
    answer: str


def write_mistake(course: Course, assignment: str, draft: Draft, exercises: frozenset[str]) -> str:
    """Adds the draft to the assignment's mistakes; returns what was added.

    Raises:
        Unfit: when a field is missing, the name is taken, or the answer does more than calculate.
        CourseError: when the file cannot be read.
        WorkspaceError: when it cannot be written.
    """
    path = course.mistakes_path(assignment)
    try:
        before = path.read_text(encoding="utf-8")
        tree = ast.parse(before)
    except (OSError, ValueError, SyntaxError) as fault:
        raise CourseError(path, f"cannot be read: {fault}") from None
    for what, text in (("a misconception", draft.misconception), ("a hint", draft.hint)):
        if not text.strip():
            raise Unfit(path, f"{what} is missing")
    taken = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    if not draft.name.isidentifier() or keyword.iskeyword(draft.name) or draft.name in taken | exercises:
        raise Unfit(path, f"'{draft.name}' cannot be the function's name: it must be a new one, such as adds_twice")
    definition = fit_answer(course, assignment, draft.exercise, draft.answer, exercises)
    needed = sorted(name for name in exercises - {draft.exercise} if name in _loaded(definition))
    added = _source(draft, definition)
    text = before.rstrip("\n") + "\n\n\n" + added + "\n"
    missing = [name for name in needed if name not in _imported(tree)]
    if missing:
        text = _with_import(text, tree, f"from solutions.{assignment} import {', '.join(missing)}")
    write_atomically(path, text.encode(), root=course.root)
    return added


def fit_answer(
    course: Course, assignment: str, exercise: str, source: str, exercises: frozenset[str]
) -> ast.FunctionDef | ast.ClassDef:
    """The definition in a student's cell, with the cell's own helpers inside; with nothing but calculations.

    Raises:
        Unfit: when it does more, or is not there.
    """
    path = course.mistakes_path(assignment)
    try:
        cell = ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unfit(path, f"the cell of {exercise} is not plain Python: write this mistake yourself") from None
    found = {node.name: node for node in cell.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    definition = found.pop(exercise, None)
    if definition is None:
        raise Unfit(path, f"the cell of {exercise} does not define it: write this mistake yourself")
    _bare(definition)
    helpers = [node for name, node in found.items() if name in _loaded(definition) and name not in exercises]
    for helper in helpers:
        _bare(helper)
    definition.body[:0] = helpers
    fault = _more_than_calculating(definition, exercises)
    if fault:
        raise Unfit(path, f"this answer {fault}, so it was not taken over: write this mistake yourself")
    return definition


def _bare(definition: ast.FunctionDef | ast.ClassDef) -> None:
    """Removes decorators, docstrings, type hints and imports of NumPy, which the file already has."""
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if node is definition or isinstance(node, ast.ClassDef):
                node.decorator_list = []
            kept = [step for step in node.body if not _is_numpy(step) and not _prints(step)]
            if kept and isinstance(kept[0], ast.Expr) and isinstance(kept[0].value, ast.Constant):
                kept = kept[1:]
            node.body = kept or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None


def _is_numpy(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) and [(a.name, a.asname) for a in node.names] == [("numpy", "np")]


def _prints(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"


def _loaded(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _more_than_calculating(definition: ast.AST, exercises: frozenset[str]) -> str:
    """Why the answer is not harmless, in words; empty if it is."""
    own = {n.id for n in ast.walk(definition) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in ast.walk(definition) if isinstance(n, ast.arg)}
    own |= {n.name for n in ast.walk(definition) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    errors = {n for n in dir(builtins) if n.endswith("Error")} - {"SystemError"}
    known = own | BUILTINS | errors | exercises | {"np", "True", "False", "None"}
    if "np" in own:
        return "gives 'np' another meaning"
    for node in ast.walk(definition):
        if isinstance(node, OUTSIDE):
            return f"has a statement that is not taken over (line {node.lineno})"
        if not _waits_for_a_call(node):
            return "calculates something when it is defined"
        if isinstance(node, ast.Name) and (node.id not in known or node.id.startswith("__")):
            return f"uses '{node.id}'"
        if isinstance(node, ast.Attribute) and not _is_harmless(node):
            return f"uses '{ast.unparse(node)[:60]}'"
    return ""


def _waits_for_a_call(node: ast.AST) -> bool:
    """Whether importing the file runs nothing of it: defaults are constants, and a class holds methods alone."""
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
        return all(_is_constant(each) for each in defaults)
    if isinstance(node, ast.ClassDef):
        fixed = [s for s in node.body if not isinstance(s, ast.FunctionDef | ast.Pass)]
        plain = all(isinstance(s, ast.Assign) and _is_constant(s.value) for s in fixed)
        return plain and not node.bases and not node.keywords
    return True


def _is_constant(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant | ast.Name) or (isinstance(inner, ast.Tuple) and not inner.elts)


def _is_harmless(node: ast.Attribute) -> bool:
    if node.attr.startswith("_") and node.attr != "__init__":
        return False
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and root.id == "np":
        return node.attr in NUMPY
    return node.attr not in REFUSED


def _source(draft: Draft, definition: ast.FunctionDef | ast.ClassDef) -> str:
    definition.name, old = draft.name, definition.name
    for node in ast.walk(definition):  # it may call itself
        if isinstance(node, ast.Name) and node.id == old:
            node.id = draft.name
    phrase = " ".join(draft.misconception.split()).replace("\\", "/").replace('"""', "'''").rstrip('."')
    definition.body.insert(0, ast.Expr(ast.Constant(phrase)))
    hint = " ".join(draft.hint.split())
    lines = [_quoted(each) for each in textwrap.wrap(hint, LINE - 20, drop_whitespace=False)] or ['""']
    body = ast.unparse(ast.fix_missing_locations(definition))
    if len(lines) == 1 and len(draft.exercise) + len(lines[0]) < LINE - 20:
        mark = f'@mistake("{draft.exercise}", hint={lines[0]})'
    else:
        joined = "\n        ".join(lines)
        mark = f'@mistake(\n    "{draft.exercise}",\n    hint=(\n        {joined}\n    ),\n)'
    return f"{mark}\n{body}"


def _quoted(text: str) -> str:
    """The text as a Python literal, in double quotes if possible."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in text and "\\'" not in plain else plain


def _imported(tree: ast.Module) -> set[str]:
    return {alias.asname or alias.name for n in tree.body if isinstance(n, ast.ImportFrom) for alias in n.names}


def _with_import(text: str, tree: ast.Module, line: str) -> str:
    """The text with one more import, below the last one."""
    last = max((n.end_lineno or 0 for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)), default=0)
    lines = text.split("\n")
    return "\n".join([*lines[:last], line, *lines[last:]])
