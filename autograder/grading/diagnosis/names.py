"""What a reference's docstring calls the sizes of its arguments and the parts of its answer."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_PARAMETER = re.compile(r"^(?P<names>[\w']+(?:, [\w']+)*) : (?P<kind>.*)$")
_SHAPE = re.compile(r"\(([^()]*)\)")
_PAIRS = re.compile(r"\((\w+), (\w+)\)")


@dataclass(frozen=True)
class Names:
    """The symbols of each argument's axes, such as {"X": ("I", "D")}, and the names of an answer's parts."""

    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()

    def part(self, path: tuple[int | str, ...]) -> str:
        """What a part of the answer is called, such as 'db'; a description if the docstring does not name it."""
        nested = "*" in path
        if nested and self.pairs and isinstance(path[-1], int) and path[-1] < len(self.pairs):
            return self.pairs[path[-1]]
        if path and isinstance(path[0], int) and path[0] < len(self.parts):
            return self.parts[path[0]]
        return f"part {'.'.join(str(step + 1) for step in path if isinstance(step, int))}" if path else "result"


@functools.lru_cache(maxsize=256)
def names_of(function: Callable[..., Any]) -> Names:
    """The names in a reference's numpydoc docstring, if it has one."""
    doc = inspect.getdoc(function) or ""
    axes: dict[str, tuple[str, ...]] = {}
    for line in _section(doc, "Parameters"):
        found = _PARAMETER.match(line)
        shape = _SHAPE.search(found["kind"]) if found else None
        if found and shape and "array" in found["kind"]:
            symbols = tuple(part.strip() for part in shape[1].split(",") if part.strip())
            if all(symbol.isidentifier() for symbol in symbols):
                axes.update(dict.fromkeys(found["names"].split(", "), symbols))
    returns = _section(doc, "Returns")
    named = [found for line in returns if (found := _PARAMETER.match(line))]
    pairs = next((found.groups() for line in returns if "list of" in line and (found := _PAIRS.search(line))), ())
    return Names(axes, tuple(found["names"] for found in named), pairs)


def _section(doc: str, title: str) -> list[str]:
    lines = doc.splitlines()
    if title not in lines:
        return []
    rest = lines[lines.index(title) + 2 :]
    end = next((i for i in range(1, len(rest)) if rest[i].startswith("---")), len(rest) + 1)
    return [line for line in rest[: end - 1] if line and not line.startswith(" ")]


def sizes(arguments: Mapping[str, Any], names: Names) -> dict[str, int]:
    """The sizes of a call's arguments with what to call them: {"I, the number of rows of X": 3}."""
    found: dict[str, int] = {}
    seen: set[str] = set()
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            symbols = names.axes.get(name, ())
            for axis, n in enumerate(value.shape):
                symbol = symbols[axis] if len(symbols) == value.ndim else ""
                if symbol not in seen:
                    found[f"{symbol}{', ' if symbol else ''}{_axis(name, axis, value.ndim)}"] = n
                seen |= {symbol} - {""}
        elif isinstance(value, int) and not isinstance(value, bool) and name not in seen:
            found[name] = value
    return found


def _axis(name: str, axis: int, ndim: int) -> str:
    if ndim == 1:
        return f"the length of {name}"
    return f"the number of {'rows' if axis == 0 else 'columns' if axis == 1 else 'layers'} of {name}"
