"""Changes a reference systematically, one small thing at a time, to see whether its hidden tests notice.

The operators are those of the literature (Jia and Harman, "An analysis and survey of the development of mutation
testing", 2011) for expressions and statements, and a few for NumPy: axes, keywords, transposes, reductions.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}  # fmt: skip
COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip
SWAPPED = {
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "sum": "mean", "mean": "sum",
    "argmax": "argmin", "argmin": "argmax", "zeros": "ones", "ones": "zeros", "exp": "expm1", "log": "log1p",
    "sin": "cos", "cos": "sin", "any": "all", "all": "any", "zeros_like": "ones_like", "std": "var",
}  # fmt: skip

Edit = Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """One changed reference: the source of its function, and the change as the two lines that differ."""

    exercise: str
    source: str
    before: str
    after: str

    @property
    def change(self) -> str:
        """The change on one line, by which an equivalent mutant is listed."""
        return f"{self.before} -> {self.after}"


def mutants(source: str, exercise: str) -> tuple[Mutant, ...]:
    """All mutants of a function's source (without decorators and docstring), each different from it and the others."""
    plain = ast.unparse(ast.parse(source))
    count = len(list(_edits(ast.parse(plain))))
    found: dict[str, Mutant] = {}
    for nth in range(count):
        tree = ast.parse(plain)
        list(_edits(tree))[nth]()
        changed = ast.unparse(ast.fix_missing_locations(tree))
        if changed != plain and changed not in found and _compiles(changed):
            before, after = _difference(plain, changed)
            found[changed] = Mutant(exercise, changed, before, after)
    return tuple(found.values())


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _difference(plain: str, changed: str) -> tuple[str, str]:
    lines = [line for line in difflib.ndiff(plain.splitlines(), changed.splitlines()) if line[0] in "+-"]
    before = " | ".join(line[2:].strip() for line in lines if line[0] == "-")
    after = " | ".join(line[2:].strip() for line in lines if line[0] == "+")
    return before, after or "(nothing)"


def _edits(tree: ast.Module) -> Iterator[Edit]:
    """Every single change that can be made to the tree; each is carried out when it is called."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef | ast.ClassDef)
    skipped = _not_behaviour(function)
    for node in ast.walk(function):
        if id(node) in skipped:
            continue
        yield from _of_expression(node)
        yield from _of_block(node)


def _not_behaviour(function: ast.FunctionDef | ast.ClassDef) -> set[int]:
    """Annotations, and the words of error messages: changing them changes nothing that is promised."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef):
            roots.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            roots += node.exc.args
    return {id(node) for root in roots if root is not None for node in ast.walk(root)}


def _of_expression(node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.BinOp(op=ast.MatMult()):
            yield _set(node, left=node.right, right=node.left)
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield _set(node, op=ARITHMETIC[type(node.op)]())
        case ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield _set(node, op=ARITHMETIC[type(node.op)]())
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                for other in COMPARISON.get(type(operator), ()):
                    yield _set(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
        case ast.BoolOp():
            yield _set(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield _set(node, op=ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not(), operand=_undone(node))
        case ast.Constant():
            yield from _of_constant(node)
        case ast.IfExp():
            yield _set(node, body=node.orelse, orelse=node.body)
        case ast.Attribute():
            yield from _of_attribute(node)
        case ast.Call():
            for place in range(len(node.keywords)):
                yield _set(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])


def _undone(node: ast.UnaryOp) -> ast.expr:
    return node.operand if isinstance(node.op, ast.USub) else ast.UnaryOp(ast.Not(), node.operand)


def _of_constant(node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield _set(node, value=not value)
    elif isinstance(value, int):
        yield _set(node, value=value + 1)
        yield _set(node, value=value - 1)
    elif isinstance(value, float):
        yield _set(node, value=2 * value if value else 1.0)
        yield _set(node, value=value + 1.0)
    elif isinstance(value, str) and value:
        yield _set(node, value=value + "_")


def _of_attribute(node: ast.Attribute) -> Iterator[Edit]:
    if node.attr in SWAPPED:
        yield _set(node, attr=SWAPPED[node.attr])
    elif node.attr == "T":
        yield lambda: _become(node, node.value)


def _become(node: ast.Attribute, value: ast.expr) -> None:
    """`X.T` becomes `X[...]`, which is X: a node cannot be replaced from within, but it can be changed."""
    twin = copy.deepcopy(value)
    node.__class__ = ast.Subscript  # type: ignore[assignment]
    node.value, node.slice = twin, ast.Constant(...)  # type: ignore[attr-defined]


def _of_block(node: ast.AST) -> Iterator[Edit]:
    """Drops statements, and turns conditions round."""
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            for place, statement in enumerate(block):
                if not isinstance(statement, ast.Return | ast.FunctionDef | ast.Pass):
                    rest = [*block[:place], *block[place + 1 :]] or ([ast.Pass()] if name == "body" else [])
                    yield _set(node, **{name: rest})
    if isinstance(node, ast.If | ast.While):
        yield _set(node, test=ast.UnaryOp(ast.Not(), node.test))


def _set(node: ast.AST, **fields: object) -> Edit:
    def edit() -> None:
        for name, value in fields.items():
            setattr(node, name, value)

    return edit
