"""Each wall alone: none is the only one, none can be switched off, and one that cannot be built is told."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import walls
from small_course import CONFIG, PROGRAM, PROJECT, hand_in
from small_course import autograder as command

from autograder.course import Course, Walls
from autograder.sandbox.common.control import Setup
from autograder.sandbox.host import bubblewrap

ENGINE = sorted((PROJECT / "autograder" / "sandbox").rglob("*.py"))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[walls.Row, ...]:
    return walls.switched_off(tmp_path_factory.mktemp("walls"))


@pytest.mark.slow
def test_no_wall_is_the_only_one(rows: tuple[walls.Row, ...]) -> None:
    single = [row for row in rows if row.wall != "all of these"]
    assert [row for row in single if not row.stands] == []
    assert len(single) == len(walls.OFF) * (1 + (bubblewrap.fault() is None))
    for row in single:
        if row.wrapped:  # the walls that remain do it; nobody has to notice
            assert [one for what in walls.GUARDED for one in row.open(what)] == [], row.wall
        elif row.wall != "Landlock":
            assert [one for what in walls.GUARDED[:4] for one in row.open(what)] == [], row.wall
    assert walls.tell(rows)


@pytest.mark.slow
def test_without_any_of_them_the_same_attempts_go_through(rows: tuple[walls.Row, ...]) -> None:
    bare = rows[-1]
    assert [what for what in (*walls.GUARDED, "memory", "disk") if not bare.open(what)] == []
    assert bare.open("answers in memory") == ()  # the two processes are a wall that cannot be switched off
    assert not walls.tell((walls.Row("another", False, "", bare.reached),))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("off", "wall"),
    [
        (("build_landlock",), "landlock"),
        (("prepare_seccomp", "build_seccomp"), "seccomp"),
        (("build_rlimits",), "rlimits"),
    ],
)
def test_a_wall_that_does_not_hold_is_found_by_each_child(off: tuple[str, ...], wall: str) -> None:
    fault = walls.stops_with_its_reason(off)
    assert fault is not None
    assert fault.wall == wall, fault


def test_nothing_outside_the_tests_can_switch_a_wall_off() -> None:
    assert set(Walls.__struct_fields__) == {"bubblewrap"}
    switches = {"readable", "secret", "scratch", "project", "memory_mb", "cpu_seconds", "scratch_mb", "threads"}
    assert set(Setup.__struct_fields__) == switches
    for path in ENGINE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked = [
            node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
        ]
        assert asked == [], path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("refused", "told"),
    [
        ("landlock_create_ruleset", "the wall 'landlock' cannot be built"),
        ("seccomp prctl:22", "the wall 'seccomp' cannot be built"),
        ("capset", "the wall 'privileges' cannot be built"),
        ("setrlimit", "the wall 'rlimits' cannot be built"),
        ("poll ppoll", "the wall 'supervisor' cannot be built: no deadline can be waited for"),
        ("kill", "the wall 'supervisor' cannot be built: no process can be ended"),
    ],
)
def test_a_wall_that_cannot_be_built_stops_the_command(small: Course, tmp_path: Path, refused: str, told: str) -> None:
    """The kernel itself refuses: a filter around the command has it answer so."""
    hand_in(small.root, "ada")
    names = refused.replace("setrlimit", "setrlimit prlimit64") if refused == "setrlimit" else refused
    line = [sys.executable, "-c", walls.REFUSING, names, str(PROGRAM), "grade", "toy", "--jobs", "1"]
    (tmp_path / "no-programs").mkdir()
    environment = {**os.environ, "PATH": str(tmp_path / "no-programs"), "COLUMNS": "300"}
    done = subprocess.run(
        line, cwd=small.root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    assert told in done.stderr
    assert not list((small.workspace / "results").rglob("*.json"))


@pytest.mark.slow
def test_bubblewrap_that_is_required_and_missing_stops_the_command(small: Course, tmp_path: Path) -> None:
    (small.root / "course.yml").write_text(CONFIG + "walls:\n  bubblewrap: required\n")
    hand_in(small.root, "ada")
    done = command("grade", "toy", "--jobs", "1", cwd=small.root, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "the wall 'bubblewrap' cannot be built: bwrap is not installed" in done.stderr
    assert not list((small.workspace / "results").rglob("*.json"))
