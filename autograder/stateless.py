"""Whether a notebook's functions can carry anything from one call to the next; in doubt they can.

Only then may a part of the hidden tests be run alone, and the other results be kept: nothing that a test asked before
can change what a function answers now. What is read are the syntax trees of the cells. A function may use its own
variables, other functions of the notebook, numbers and texts bound once, harmless builtins, and modules that keep no
state; it may have no decorator, no default that can change, and may assign to nothing outside.
"""

from __future__ import annotations

import ast
import functools
import importlib
import symtable
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import ModuleType

PURE_MODULES = frozenset(
    ("numpy", "math", "cmath", "itertools", "functools", "operator", "statistics", "fractions", "numbers", "typing",
     "collections", "collections.abc", "copy", "__future__", "numpy.typing", "numpy.linalg",
     "numpy.ma")
)  # fmt: skip
PURE_BUILTINS = frozenset(
    """abs all any bool bytes callable chr complex dict divmod enumerate filter float format frozenset int isinstance
    issubclass iter len list map max min next object ord pow print range repr reversed round set slice sorted str sum
    tuple type zip True False None NotImplemented Ellipsis ArithmeticError AssertionError AttributeError Exception
    FloatingPointError IndexError KeyError LookupError NameError NotImplementedError OverflowError RuntimeError
    StopIteration TypeError ValueError ZeroDivisionError""".split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)  # fmt: skip
STATEFUL = frozenset(
    """seterr seterrcall seterrobj setbufsize set_printoptions set_string_function setflags empty empty_like count
    cache lru_cache cached_property singledispatch singledispatchmethod update_wrapper wraps attrgetter methodcaller
    overload masked_print_option recarray chararray dump fromregex load save savez savez_compressed loadtxt savetxt
    genfromtxt fromfile
    tofile memmap open_memmap DataSource""".split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)  # fmt: skip
RANDOM = frozenset(("default_rng", "Generator"))
REFLECTING = frozenset(
    """exec eval compile globals locals vars setattr delattr getattr open input __import__ get_ipython breakpoint
    memoryview super classmethod staticmethod property id""".split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)  # fmt: skip
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def stateless(own: Iterable[str], asked: Collection[str], released: Iterable[str] = ()) -> bool:
    """Whether no call of a function can leave anything behind for a later one.

    Args:
        own: the sources of the cells that a student may have written.
        asked: the functions that hidden tests call.
        released: those of the cells that stand as they were released; their functions count as unknown.
    """
    try:
        cells = [(source, ast.parse(source)) for source in own]
        known = [ast.parse(source) for source in released]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # a magic, or no Python
    bound: dict[str, set[str]] = defaultdict(set)
    for tree in (*known, *(tree for _, tree in cells)):
        for name, kind in _bindings(tree.body):
            bound[name].add(kind)
    for tree in known:
        for statement in tree.body:
            if isinstance(statement, Scope):
                bound[getattr(statement, "name", "")].add("other")
    if any(bound[name] - {"function"} for name in asked if name in bound):
        return False
    usable = {name for name, kinds in bound.items() if kinds in ({"function"}, {"constant"}, {"pure"})}
    usable |= (PURE_BUILTINS | {"getattr"}) - set(bound)
    modules = dict(module for tree in (*known, *(tree for _, tree in cells)) for module in _modules(tree))
    try:
        return all(_harmless(source, tree, usable, modules) for source, tree in cells)
    except (SyntaxError, RecursionError):
        return False


def _bindings(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each name that a cell binds outside of functions, and to what: function, constant, pure (module), other."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name, "function"
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or whole, "pure" if alias.name in PURE_MODULES else "other"
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                pure = statement.module in PURE_MODULES and alias.name not in STATEFUL | {"random", "*", "ndarray"}
                pure = pure and not statement.level and _keeps_nothing(str(statement.module), alias.name)
                yield alias.asname or alias.name, "pure" if pure else "other"
        elif isinstance(statement, ast.Assign) and _constant(statement.value):
            for target in statement.targets:
                yield from ((node.id, "constant") for node in ast.walk(target) if isinstance(node, ast.Name))
        else:
            yield from ((name, "other") for name in _bound_anyhow(statement))


def _bound_anyhow(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif (isinstance(node, ast.ExceptHandler) and node.name) or (
            isinstance(node, ast.MatchAs | ast.MatchStar) and node.name
        ):
            yield node.name


def _constant(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, ast.Tuple):
        return all(map(_constant, value.elts))
    return isinstance(value, ast.Constant)


def _modules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that is bound to a pure module, anywhere in a cell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                whole = within + alias.name if alias.asname or within else alias.name.partition(".")[0]
                if whole in PURE_MODULES:
                    yield alias.asname or whole.rpartition(".")[2], whole


def _module(node: ast.AST, modules: Mapping[str, str]) -> str:
    """The pure module that an expression stands for: `np`, `np.linalg`; or nothing."""
    if isinstance(node, ast.Attribute):
        outer = _module(node.value, modules)
        return f"{outer}.{node.attr}" if f"{outer}.{node.attr}" in PURE_MODULES else ""
    return modules.get(node.id, "") if isinstance(node, ast.Name) else ""


@functools.cache
def _keeps_nothing(module: str, name: str) -> bool:
    """Whether nothing can be left in this part of a pure module: it is no dictionary, list or other module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what will be gone in a later NumPy
        part = getattr(importlib.import_module(module), name, None)
    whole = f"{module}.{name}"
    return not isinstance(part, dict | list | set | ModuleType) or whole in PURE_MODULES or whole == "numpy.random"


def _harmless(source: str, tree: ast.Module, usable: set[str], modules: Mapping[str, str]) -> bool:
    bases = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    plain = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _plain_call(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in REFLECTING and id(node) not in plain:
            return False
        known = isinstance(node, ast.Attribute) and (node.attr.startswith("__") or node.attr in STATEFUL)
        if known and id(node) not in plain:
            return False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ndarray":
            return False  # whatever lay in that memory, as with np.empty
        if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef | ast.Global | ast.Nonlocal):
            return False
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return False  # np.sum = ..., or an attribute on a function, whatever name it has here
        if _module(node, modules) and id(node) not in bases:
            return False  # m = np: from there on, nobody knows what it is
        outer = _module(node.value, modules) if isinstance(node, ast.Attribute) else ""
        if isinstance(node, ast.Attribute) and outer and not _keeps_nothing(outer, node.attr):
            return False
        words = {word.arg for word in node.keywords} if isinstance(node, ast.Call) else set()
        if "where" in words and "out" not in words:
            return False  # the other entries are whatever lay in that memory
        if isinstance(node, ast.FunctionDef | ast.Lambda) and not (_plain_signature(node) and _plain_imports(node)):
            return False
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return False
        if isinstance(node, ast.Attribute) and node.attr == "random":
            return _only_generators(tree) and _scopes_harmless(source, usable)
    return _scopes_harmless(source, usable)


def _plain_call(call: ast.Call) -> bool:
    """Whether this is `getattr(value, "name", ...)` with a harmless name, or `np.empty(0)`, which holds no memory."""
    if isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) in (2, 3):
        name = call.args[1]
        told = name.value if isinstance(name, ast.Constant) else None
        return isinstance(told, str) and not told.startswith("__") and told not in STATEFUL | {"random"}
    empty = isinstance(call.func, ast.Attribute) and call.func.attr == "empty" and len(call.args) == 1
    return empty and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _only_generators(tree: ast.Module) -> bool:
    """Whether `np.random` is used for generators alone, which a function makes or is given."""
    outer = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return all(
        outer.get(id(node)) in RANDOM
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name)
    )


def _plain_signature(node: ast.FunctionDef | ast.Lambda) -> bool:
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return all(map(_constant, defaults)) and not getattr(node, "decorator_list", [])


def _plain_imports(function: ast.FunctionDef | ast.Lambda) -> bool:
    imports = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    return all(kind == "pure" for _, kind in _bindings(imports))


def _scopes_harmless(source: str, usable: set[str]) -> bool:
    """Whether functions use nothing of outside but what is usable."""
    waiting = list(symtable.symtable(source, "cell", "exec").get_children())
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        for symbol in scope.get_symbols():
            if not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.get_name() not in usable:
                return False
    return True
