"""Packages that others import but hardly use: hidden while those are imported, or imported only when used.

An interpreter's memory is copied at every fork, so each submission would pay for them.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class LazyModule(types.ModuleType):
    """Stands for a module until something of it is needed, and then asks the module itself."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system asks for its own, which takes no module
            raise AttributeError(name)
        _take_away(self)
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def lazy(name: str) -> Iterator[None]:
    """Gives imports inside this context a stand-in for the module. Later imports get the module itself."""
    if name in sys.modules:
        yield
        return
    stand_in = sys.modules[name] = LazyModule(name)
    try:
        yield
    finally:
        _take_away(stand_in)


@contextmanager
def hidden(name: str) -> Iterator[None]:
    """Hides the module from imports inside this context, as if it were not installed. Afterwards it is there again."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # the import system's own sign for "not there"
    try:
        yield
    finally:
        del sys.modules[name]


def _take_away(stand_in: LazyModule) -> None:
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]
