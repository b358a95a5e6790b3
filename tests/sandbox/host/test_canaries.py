"""Canaries can be touched: outside the walls, the same cells touch one, each in its own way."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import canaries
import golden
import pytest

CASES = [case for case in golden.cases() if case.canaries]


def last_cell(case: golden.Case) -> str:
    """What a case does on its own, apart from the answers."""
    parts = re.split(r"^# %% (.+)\n", (case.folder / "cells.py").read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))["last"]


def run_bare(case: golden.Case, folder: Path) -> tuple[canaries.Found, ...]:
    """Lays canaries out, runs the case's cell as an ordinary program, and examines them."""
    workspace = folder / "course" / "workspace"
    here = workspace / "scratch"
    here.mkdir(parents=True)
    with sqlite3.connect(workspace / "gradebook.db") as book:
        book.execute("create table grade (auto_score float)")
        book.execute("insert into grade values (1.0)")
    book.close()
    with canaries.laid_out(folder / "course", workspace) as laid:
        laid.watch([workspace / "gradebook.db"])
        canaries.hand_over(laid, here)
        line = [sys.executable, "-c", last_cell(case)]
        environment = {**os.environ, "CONTROL": "1"}
        done = subprocess.run(line, cwd=here, env=environment, capture_output=True, timeout=60, check=False)
        return laid.examine([done.stdout, done.stderr])


def test_many_cases_know_where_the_canaries_are() -> None:
    assert len(CASES) >= 10
    assert {case.family for case in CASES} >= {3, 4, 6, 10}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outside_the_walls_the_same_cell_touches_one(case: golden.Case, tmp_path: Path) -> None:
    assert [found for found in run_bare(case, tmp_path) if found.touched]


def test_every_kind_of_canary_is_touched_by_some_case(tmp_path: Path) -> None:
    kinds = {
        found.kind
        for name in (
            "overwrites_the_canaries",
            "plants_files_outside",
            "connects_to_the_listeners",
            "reads_the_canaries",
        )
        for case in CASES
        if case.name == name
        for found in run_bare(case, tmp_path / name)
        if found.touched
    }
    assert kinds == {"file", "place", "listener", "secret"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_bystander_is_missed_at_once(number: signal.Signals) -> None:
    with canaries.laid_out() as laid:
        os.kill(laid.told()["bystander"], number)
        assert [found.kind for found in laid.examine([]) if found.touched] == ["process"]


def test_canaries_that_nobody_touches_stay_whole_and_leave_nothing_behind(tmp_path: Path) -> None:
    with canaries.laid_out(tmp_path) as laid:
        assert [found for found in laid.examine([b"nothing"]) if found.touched] == []
        number = laid.number
    assert list(tmp_path.iterdir()) == []
    assert [path for path in Path.home().iterdir() if number in path.name] == []
