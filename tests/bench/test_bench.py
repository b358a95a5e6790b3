"""The bench's pieces on a class of two. How fast anything is belongs to the bench itself."""

from __future__ import annotations

import io
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bench import tables
from bench.contenders import (
    Contender,
    Kind,
    Scores,
    bare_cells,
    engine,
    environment,
    nbgrader,
    otter,
)
from bench.feedback import Reported, ratio, with_section
from bench.floor import cells
from bench.machine import Machine, this_machine
from bench.material import LEFT_OUT, ClassMaterial, make_material
from bench.meter import CommandFailed, Usage, measure
from bench.plot import draw
from bench.race import Measured, agreement, run
from bench.report import COLUMNS, agreement_line, page, ratio_lines

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> ClassMaterial:
    return make_material(tmp_path_factory.mktemp("bench") / "course", students=2)


def measured(name: str, *, seconds: float, scores: Scores, kind: Kind = "engine") -> Measured:
    contender = Contender(name, 1, lambda *_: None, lambda *_: [], kind)
    return Measured(
        contender, 10, Usage(status=0, seconds=seconds, cpu=5.0), Usage(status=0, seconds=1, cpu=1, peak=2**20), scores
    )


def python(code: str, folder: Path, *, sample: bool = False) -> Usage:
    return measure([sys.executable, "-c", code], cwd=folder, env=environment(), sample=sample)


# the meter


BUSY = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


def test_the_time_of_a_child_counts(tmp_path: Path) -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    assert 0.3 <= python(code, tmp_path).cpu < 3


def test_the_time_of_an_orphan_counts(tmp_path: Path) -> None:
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}])"
    assert 0.3 <= python(code, tmp_path).cpu < 3


def test_the_memory_of_a_process_and_its_child_counts(tmp_path: Path) -> None:
    hold = "import time; held = b'x' * 40_000_000; time.sleep(0.6)"
    code = f"import subprocess, sys; other = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; other.wait()"
    assert 80_000_000 < python(code, tmp_path, sample=True).peak < 200_000_000


def test_a_command_that_fails_tells_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="no such luck") as failed:
        python("raise SystemExit('no such luck')", tmp_path)
    assert failed.value.status == 1


# the hidden tests in the kernel


def apart(code: str) -> str:
    """What the code prints in a process of its own, as a kernel is one: here pytest would refuse the tests' marks."""
    program = f"import json\nfrom bench.inkernel import score, tests\n{code}"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout


def test_the_reference_earns_all_points_in_the_kernel() -> None:
    earned, full = json.loads(
        apart(
            "import solutions.neuron as reference\n"
            "found = tests('neuron')\n"
            "full = {name: sum(value for _, value in rows) for name, rows in found.items()}\n"
            "print(json.dumps([{name: score('neuron', name, vars(reference)) for name in found}, full]))"
        )
    )
    assert earned == pytest.approx(full)
    assert len(full) == 7


def test_no_function_earns_nothing_in_the_kernel() -> None:
    scopes = "{}, {'weighted_sum': 3}, {'weighted_sum': lambda x, w: object()}"
    assert json.loads(apart(f"print(json.dumps([score('neuron', 'weighted_sum', s) for s in ({scopes})]))")) == [
        0,
        0,
        0,
    ]


# the report


FULL: Scores = {"ada": {"test_step": 2.0, "test_neuron": 1.0}, "bob": {"test_step": 0.0, "test_neuron": 1.0}}
OTHER: Scores = {"ada": {"test_step": 2.0, "test_neuron": 0.5}}


def test_scores_that_differ_are_named() -> None:
    found = agreement(measured("ours", seconds=1, scores=FULL), measured("theirs", seconds=9, scores=OTHER))
    assert (found.students, found.exercises) == (1, 2)
    assert agreement_line(found).splitlines() == [
        "Scores compared with theirs: 1 of 2 are equal, over 1 students.",
        "",
        "* ada test_neuron: 1.0 and 0.5",
    ]


def test_the_ratio_compares_submissions_a_second() -> None:
    ours, theirs = measured("ours", seconds=2, scores=FULL), measured("theirs", seconds=40, scores=OTHER, kind="rival")
    floor = measured("floor", seconds=1, scores={}, kind="floor")
    assert ratio_lines([ours, floor, theirs]) == (
        "ours: 5.00 submissions a second; theirs: 0.25. Ratio 20.0.",
        "It takes 1.00 times the processor time of the bare cells.",
    )


def test_the_page_shows_figures_and_versions_and_no_path() -> None:
    ours, theirs = measured("ours", seconds=2, scores=FULL), measured("theirs", seconds=40, scores=FULL, kind="rival")
    text = page([ours, theirs], this_machine(), [agreement(ours, theirs)], students=12, repeats=1)
    assert "| ours | 10 | 2.0 | 5.00 | 0.50 | 1 | 20.0 |" in text
    assert "nbgrader 0." in text
    assert str(PROJECT) not in text


def test_a_table_of_figures_fits_eighty_columns_and_cuts_nothing() -> None:
    row = ("autograder grade --jobs 2 --no-figures", "425", "29.0", "14.67", "0.13", "471", "39.7")
    console = Console(width=80, file=io.StringIO())
    console.print(tables.terminal(COLUMNS, [row]))
    shown = console.file.getvalue()
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    assert set(row[1:]) <= set(shown.split())
    assert {"submissions", "seconds", "autograder", "--no-figures"} <= set(shown.split())


def test_the_machine_has_no_name() -> None:
    machine: Machine = this_machine()
    assert platform.node() not in " ".join(machine.lines)


# all of it


@pytest.mark.slow
def test_the_class_has_neither_hostile_nor_broken_submissions(tmp_path: Path) -> None:
    handed = make_material(tmp_path / "course", students=12).handed
    assert 0 < len(handed) < 12
    assert not {h.kind for h in handed} & LEFT_OUT


def test_the_picture_has_a_bar_and_a_figure_for_each(tmp_path: Path) -> None:
    ours, theirs = measured("ours", seconds=2, scores=FULL), measured("theirs", seconds=40, scores=FULL, kind="rival")
    draw([ours, theirs], tmp_path / "rates.svg")
    text = (tmp_path / "rates.svg").read_text(encoding="utf-8")
    assert all(f">{word}</text>" in text for word in ("ours", "theirs", "5.00", "0.25"))


@pytest.mark.slow
def test_the_floor_executes_the_cells_of_every_submission(material: ClassMaterial, tmp_path: Path) -> None:
    (low,) = run(material, (bare_cells(),), tmp_path)
    assert (low.submissions, low.scores) == (2, {})
    assert len(cells(material.workspace / "release" / "neuron" / "neuron.ipynb")) > 10


@pytest.mark.slow
def test_engine_and_rivals_give_the_same_scores_but_for_early_mistakes(material: ClassMaterial, tmp_path: Path) -> None:
    ours, *others = run(material, (engine(1), otter(), nbgrader()), tmp_path)
    for other in others:
        found = agreement(ours, other)
        assert (found.students, found.exercises) == (len(material.handed), 2 * 7) == (2, 14)
        # an early mistake costs once here, and again with them in each exercise that builds on it
        assert all(cell != "test_weighted_sum" and one > theirs for _, cell, one, theirs in found.different)
        assert len(found.different) < 4
    assert not list(tmp_path.iterdir())


# the reports


def test_the_reports_part_is_put_before_the_machine_and_replaced_by_a_newer_one() -> None:
    page = "# Benchmarks\n\ntext\n\n## Machine and versions\n\n* a machine\n"
    own = Reported("autograder feedback", 20, Usage(status=0, seconds=2.0, cpu=1.0), 400_000)
    other = Reported("nbgrader generate_feedback", 10, Usage(status=0, seconds=20.0, cpu=19.0), 3_000_000)
    assert ratio((own, other)).endswith("Ratio 20.0.")
    once = with_section(page, (own, other))
    assert once.index("## Reports") < once.index("## Machine and versions")
    assert "| autograder feedback | 20 | 2.0 | 10.00 | 0.050 | 20 | 20.0 |" in once
    assert with_section(once, (own, other)) == once
