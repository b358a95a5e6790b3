"""Modules that a warmed interpreter does without: others import them in vain, or get a stand-in."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from autograder.sandbox.guest.lazy_modules import LazyModule, hidden, lazy


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "seldom.py").write_text("value = 7\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "seldom"
    sys.modules.pop("seldom", None)


def test_what_is_put_off_is_imported_when_it_is_used(package: str) -> None:
    with lazy(package):
        early = importlib.import_module(package)
    assert isinstance(early, LazyModule)
    assert package not in sys.modules
    assert early.value == 7
    assert importlib.import_module(package).value == 7
    with pytest.raises(AttributeError):
        _ = early.nothing


def test_what_is_put_off_can_be_used_at_once(package: str) -> None:
    with lazy(package):
        assert importlib.import_module(package).value == 7
    assert not isinstance(sys.modules[package], LazyModule)


def test_what_is_hidden_is_there_again_afterwards(package: str) -> None:
    with hidden(package), pytest.raises(ImportError):
        importlib.import_module(package)
    assert importlib.import_module(package).value == 7


@pytest.mark.parametrize("way", [hidden, lazy])
def test_what_is_imported_already_stays(way: type[hidden], package: str) -> None:
    module = importlib.import_module(package)
    with way(package):
        assert importlib.import_module(package) is module
    assert sys.modules[package] is module
