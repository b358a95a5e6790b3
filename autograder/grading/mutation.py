"""Changes a reference systematically, one small thing at a time, and says in words what each change is.

The operators are those of the literature (Jia and Harman, "An analysis and survey of the development of mutation
testing", 2011) for expressions and statements, and a few for NumPy: axes, keywords, transposes, reductions. They
measure whether the hidden tests notice (`mutants`), and explain a student's answers (`edits`). The words name the
operator and the arguments at its place; they reveal nothing of the reference's lines.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
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
SPOKEN = {
    "maximum": "the larger of two numbers", "minimum": "the smaller of two numbers", "max": "the largest number",
    "min": "the smallest number", "sum": "the sum", "mean": "the mean", "argmax": "the place of the largest number",
    "argmin": "the place of the smallest number", "zeros": "zeros", "ones": "ones", "exp": "the exponential",
    "expm1": "the exponential minus 1", "log": "the logarithm", "log1p": "the logarithm of 1 plus the number",
    "any": "any of them", "all": "all of them", "std": "the standard deviation", "var": "the variance",
    "median": "the median", "prod": "the product",
    "sqrt": "the square root", "abs": "the absolute value", "tanh": "the tanh", "square": "the square",
}  # fmt: skip
MOST_RESULTS = 5
"""Variables of a function that are taken for each other; with more, there would be hundreds of pairs."""

OTHERWISE = {"mean": ("median", "max"), "sum": ("max", "prod"), "max": ("mean",)}
"""Functions that only the diagnosis takes for each other."""

INSTEAD_OF_RELU = (
    ("the tanh", "np.tanh"),
    ("a sigmoid", "lambda z: 0.5 * (1 + np.tanh(z / 2))"),
    ("the step function", "lambda z: np.heaviside(z, 1.0)"),
    ("a leaky ReLU", "lambda z: np.where(z > 0, z, 0.01 * z)"),
    ("the absolute value", "np.abs"),
)
VERBS = {
    ast.Add: ("subtracts", "it should be added"), ast.Sub: ("adds", "it should be subtracted"),
    ast.Mult: ("divides by", "it should multiply"), ast.Div: ("multiplies by", "it should divide"),
    ast.FloorDiv: ("multiplies by", "it should divide"), ast.Mod: ("multiplies by", "the remainder is asked for"),
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One change to a syntax tree, which can be made and undone.

    ``words`` completes "a solution that ..."; ``scored`` says whether it counts when hidden tests are measured.
    """

    words: str
    node: ast.AST
    fields: tuple[tuple[str, object], ...]
    scored: bool = True

    @contextmanager
    def made(self) -> Iterator[None]:
        """Inside this context, the tree is changed."""
        kind, before = self.node.__class__, dict(vars(self.node))
        for name, value in self.fields:
            setattr(self.node, name, value)
        try:
            yield
        finally:
            self.node.__class__ = kind
            vars(self.node).clear()
            vars(self.node).update(before)


@dataclass(frozen=True)
class Mutant:
    """One changed reference: the source of its function, and the change as the two lines that differ."""

    exercise: str
    source: str
    before: str
    after: str

    @property
    def change(self) -> str:
        """The change on one line, as equivalent.yml lists it."""
        return f"{self.before} -> {self.after}"


def mutants(source: str, exercise: str) -> tuple[Mutant, ...]:
    """All mutants of a function's source (without decorators and docstring), all different."""
    plain = ast.unparse(ast.parse(source))
    tree = ast.parse(plain)
    found: dict[str, Mutant] = {}
    for edit in edits(tree):
        if not edit.scored:
            continue
        with edit.made():
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


def edits(tree: ast.Module) -> Iterator[Edit]:
    """Every single change that can be made to the function or class in the tree."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef | ast.ClassDef)
    skipped = _not_behaviour(function)
    operators = _Operators(function)
    for node in ast.walk(function):
        if id(node) not in skipped:
            yield from operators.of(node)


def _not_behaviour(function: ast.FunctionDef | ast.ClassDef) -> set[int]:
    """Annotations and the words of error messages: changing them breaks no promise."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef):
            roots.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            roots += node.exc.args
    return {id(node) for root in roots if root is not None for node in ast.walk(root)}


class _Operators:
    """What can be changed at a node of a function, and how to say it."""

    def __init__(self, function: ast.FunctionDef | ast.ClassDef) -> None:
        self._arguments = _arguments(function)
        self._keyword = {id(k.value): k.arg for n in ast.walk(function) if isinstance(n, ast.Call) for k in n.keywords}
        self._place = dict(_places(function))
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self._results = stored - self._arguments if len(stored) <= MOST_RESULTS else set()

    def of(self, node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.BinOp() | ast.AugAssign():
                yield from self._arithmetic(node)
            case ast.Compare():
                yield from self._comparison(node)
            case ast.BoolOp():
                both = isinstance(node.op, ast.And)
                words = f"that asks for {'one' if both else 'both'} of two conditions, not {'both' if both else 'one'}"
                yield _edit(words, node, op=ast.Or() if both else ast.And())
            case ast.UnaryOp(op=ast.USub()):
                words = f"that loses a minus sign{self._at(node)}"
                yield _edit(words, node, op=ast.UAdd(), operand=node.operand)
            case ast.UnaryOp(op=ast.Not()):
                words = "that reverses a condition"
                yield _edit(words, node, op=ast.Not(), operand=ast.UnaryOp(ast.Not(), node.operand))
            case ast.Constant():
                yield from self._constant(node)
            case ast.IfExp():
                yield _edit("that swaps two cases", node, body=node.orelse, orelse=node.body)
            case ast.Attribute():
                yield from self._attribute(node)
            case ast.Call():
                yield from self._call(node)
                yield from self._called_otherwise(node)
            case ast.Name(ctx=ast.Load()) if node.id in self._results:
                for other in sorted(self._results - {node.id}):
                    yield _edit("that mixes up two of its intermediate results", node, scored=False, id=other)
        yield from self._block(node)

    def _what(self, node: ast.AST, kind: str = "term") -> str:
        """The arguments in an expression: 'b', 'the term with w and x', 'the sum', 'a term'."""
        if isinstance(node, ast.Name) and node.id in self._arguments:
            return node.id
        if isinstance(node, ast.Call) and _name_of(node) in SPOKEN:
            return SPOKEN[_name_of(node)]
        names = sorted(_names_in(node) & self._arguments)
        return f"the {kind} with {' and '.join(names[:2])}" if names else f"a {kind}"

    def _at(self, node: ast.AST) -> str:
        names = sorted(_names_in(node) & self._arguments)
        return f" at {' and '.join(names[:2])}" if names else ""

    def _arithmetic(self, node: ast.BinOp | ast.AugAssign) -> Iterator[Edit]:
        right = node.right if isinstance(node, ast.BinOp) else node.value
        kind = type(node.op)
        if isinstance(node, ast.BinOp) and kind is ast.MatMult:
            yield _edit("that multiplies two matrices in the other order", node, left=node.right, right=node.left)
            yield _edit("that multiplies entry by entry, without a sum", node, scored=False, op=ast.Mult())
            count = ast.Subscript(ast.Attribute(node.left, "shape", ast.Load()), ast.Constant(-1), ast.Load())
            words = f"that takes the mean where the sum belongs{self._at(node)}"
            product = ast.BinOp(node.left, node.op, node.right)
            yield _edit(words, node, scored=False, left=product, op=ast.Div(), right=count)
        elif kind in ARITHMETIC:
            verb, where = VERBS.get(kind, ("multiplies by", "a power is asked for"))
            words = f"that {verb} {self._what(right)} where {where}"
            words = words if kind is ast.Pow else self._place.get(id(right), words)
            yield _edit(words, node, op=ARITHMETIC[kind]())
            if kind is ast.Pow and isinstance(node, ast.BinOp):
                absolute = ast.Call(ast.Name("abs", ast.Load()), [node.left], [])
                words = "that takes the absolute value where the square belongs"
                yield _edit(words, node, scored=False, left=absolute, right=_number(1))
        if isinstance(node, ast.BinOp):
            yield from self._dropped(node)

    def _dropped(self, node: ast.BinOp) -> Iterator[Edit]:
        """One of the two operands alone, or combined with a value that changes nothing."""
        kind = type(node.op)
        if kind in (ast.Add, ast.Sub):
            yield self._without(node, node.right, right=_number(0))
            yield self._without(node, node.left, left=_number(0))
        elif kind in (ast.Mult, ast.Div, ast.Pow):
            what = {ast.Pow: "power", ast.Div: "divisor"}.get(kind, "factor")
            yield self._without(node, node.right, right=_number(1), what=what)
            if kind is not ast.Pow:
                yield self._without(node, node.left, left=_number(1), what="factor")

    def _without(self, node: ast.BinOp, gone: ast.expr, what: str = "term", **fields: object) -> Edit:
        if id(gone) in self._place and what != "power":
            return _edit(self._place[id(gone)], node, scored=False, **fields)
        name = self._what(gone, what)
        if isinstance(gone, ast.Constant) or name == f"a {what}":
            name = f"a {what}{self._at(node)}"
        words = f"that does not divide by {name}" if what == "divisor" else f"that leaves out {name}"
        return _edit(words, node, scored=False, **fields)

    def _comparison(self, node: ast.Compare) -> Iterator[Edit]:
        for place, operator in enumerate(node.ops):
            for other in COMPARISON.get(type(operator), ()):
                ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                if {type(operator), other} in ({ast.Lt, ast.LtE}, {ast.Gt, ast.GtE}):
                    counts = other in (ast.LtE, ast.GtE)
                    words = f"that {'counts equality in' if counts else 'leaves equality out'} in a comparison"
                else:
                    words = "that reverses a comparison"
                yield _edit(words + self._at(node), node, ops=ops)

    def _constant(self, node: ast.Constant) -> Iterator[Edit]:
        value, keyword = node.value, self._keyword.get(id(node))
        where = {"axis": "that works along another axis", "keepdims": "that drops an axis"}.get(
            keyword or "", "that uses another constant"
        )
        if isinstance(value, bool):
            yield _edit(where if keyword else "that swaps true and false", node, value=not value)
        elif isinstance(value, int):
            high = low = where if keyword else self._place.get(id(node), "")
            yield _edit(high or "that is one too high somewhere", node, value=value + 1)
            yield _edit(low or "that is one too low somewhere", node, value=value - 1)
        elif isinstance(value, float):
            yield _edit(where, node, value=2 * value if value else 1.0)
            yield _edit(where, node, value=value + 1.0)
            yield _edit(where, node, scored=False, value=value / 2 if value else 0.5)
        elif isinstance(value, str) and value:
            yield _edit("that expects another name", node, value=value + "_")

    def _attribute(self, node: ast.Attribute) -> Iterator[Edit]:
        if node.attr in SWAPPED:
            other = SWAPPED[node.attr]
            right, wrong = SPOKEN.get(node.attr, node.attr), SPOKEN.get(other, other)
            yield _edit(f"that takes {wrong} where {right} belongs", node, attr=other)
        elif node.attr == "T":
            what = f" {node.value.id}" if isinstance(node.value, ast.Name) and node.value.id in self._arguments else ""
            field = ast.Subscript(copy.deepcopy(node.value), ast.Constant(...), ast.Load())
            words = f"that does not transpose{what}"
            yield _edit(words, node, __class__=ast.Subscript, value=field.value, slice=field.slice)

    def _called_otherwise(self, node: ast.Call) -> Iterator[Edit]:
        """Another function instead, and one turn of a loop more or less."""
        name = _name_of(node)
        if name == "range":
            *before, stop = node.args[:2] if len(node.args) > 1 else node.args
            after = node.args[2:]
            for words, op in (("once too little", ast.Sub()), ("once too often", ast.Add())):
                args = [*before, ast.BinOp(stop, op, _number(1)), *after]
                yield _edit(f"that goes round a loop {words}", node, scored=False, args=args)
        if name == "maximum" and isinstance(node.args[-1], ast.Constant) and node.args[-1].value == 0:
            for words, source in INSTEAD_OF_RELU:
                other = ast.parse(source, mode="eval").body
                call = ast.Call(other, [node.args[0]], [])
                yield _edit(f"that uses {words} where the ReLU belongs", node, scored=False, **vars(call))
        for other_name in OTHERWISE.get(name, ()):
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "np":
                func = ast.Attribute(node.func.value, other_name, ast.Load())
                words = f"that takes {SPOKEN[other_name]} where {SPOKEN[name]} belongs"
                yield _edit(words, node, scored=False, func=func)

    def _call(self, node: ast.Call) -> Iterator[Edit]:
        name = _name_of(node)
        for place, keyword in enumerate(node.keywords):
            words = {
                "axis": f"that takes {SPOKEN.get(name, name)} over everything instead of along one axis",
                "keepdims": f"that drops an axis in {SPOKEN.get(name, name)}",
            }.get(keyword.arg or "", f"that leaves out the setting {keyword.arg}")
            yield _edit(words, node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
        if name in SPOKEN:
            inner = node.args[0] if node.args else getattr(node.func, "value", None)
            if inner is not None and not (isinstance(inner, ast.Name) and inner.id == "np"):
                words = f"that leaves out {SPOKEN[name]}{self._at(inner)}"
                plus = ast.BinOp(inner, ast.Add(), _number(0))
                yield _edit(words, node, scored=False, __class__=ast.BinOp, left=plus, op=ast.Mult(), right=_number(1))

    def _block(self, node: ast.AST) -> Iterator[Edit]:
        """Drops statements, and reverses conditions."""
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for place, statement in enumerate(block):
                    if not isinstance(statement, ast.Return | ast.FunctionDef | ast.Pass):
                        rest = [*block[:place], *block[place + 1 :]] or ([ast.Pass()] if name == "body" else [])
                        yield Edit(self._left_out(statement), node, ((name, rest),))
        if isinstance(node, ast.If | ast.While):
            yield _edit("that reverses a condition", node, test=ast.UnaryOp(ast.Not(), node.test))

    def _left_out(self, statement: ast.stmt) -> str:
        if any(isinstance(inner, ast.Raise) for inner in ast.walk(statement)):
            return f"that never refuses its arguments{self._at(getattr(statement, 'test', statement))}"
        return f"that leaves out one of its steps{self._at(statement)}"


POWER, ENTRY = "that uses another power", "that takes another entry or another row"


def _places(function: ast.AST) -> Iterator[tuple[int, str]]:
    """What the whole numbers at some places are for."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript):
            yield from ((id(inner), ENTRY) for inner in ast.walk(node.slice) if isinstance(inner, ast.Constant))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
            yield id(node.right), POWER


def _names_in(node: ast.AST) -> set[str]:
    """The names in an expression, but for those that only choose how a function works, such as an axis."""
    if isinstance(node, ast.keyword):
        return set()
    inner = (name for child in ast.iter_child_nodes(node) for name in _names_in(child))
    return {node.id} if isinstance(node, ast.Name) else set(inner)


def _name_of(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _arguments(function: ast.FunctionDef | ast.ClassDef) -> set[str]:
    return {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)} - {"self"}


def _number(value: int) -> ast.Constant:
    return ast.Constant(value)


def _edit(words: str, node: ast.AST, *, scored: bool = True, **fields: object) -> Edit:
    return Edit(words, node, tuple(fields.items()), scored)
