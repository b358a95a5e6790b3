"""Which hidden tests pytest need not surround: plain functions, called with the plugin's own values as arguments.

pytest prepares and clears away around every test, which takes longer than most hidden tests themselves.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection

import pytest


def arguments_of(item: pytest.Item, own: Collection[str], mark: str) -> tuple[str, ...] | None:
    """The arguments of a test that takes nothing but the plugin's ``own`` fixtures and bears no mark but ``mark``.

    None for any other test: one with other fixtures, whether it names them or they are for every test, with one that
    its file puts in an own one's place, with parameters, in a class, or asynchronous. pytest runs those.
    """
    if not isinstance(item, pytest.Function) or item.cls is not None or hasattr(item, "callspec"):
        return None
    known = item._fixtureinfo
    foreign = set(known.argnames) - set(own) or set(known.name2fixturedefs) - set(own)
    replaced = any(len(found) > 1 for found in known.name2fixturedefs.values())
    marked = any(other.name != mark for other in item.iter_markers())
    asynchronous = inspect.iscoroutinefunction(item.obj) or inspect.isasyncgenfunction(item.obj)
    if foreign or replaced or marked or asynchronous:
        return None
    return known.argnames
