"""The bench of clusters on a few submissions: mistakes that the course does not know, in a function and in a class."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_course import own_solutions

from bench.class_course import DENSES, RELUS, write
from bench.clusters import measure


@pytest.mark.slow
def test_withheld_mistakes_of_a_class_and_its_function_come_up_as_one_pure_cluster_each(tmp_path: Path) -> None:
    with own_solutions():
        (found,) = measure(write(tmp_path / "whole"), tmp_path / "copy", 16, seed=3)
    withheld = {name for _, name in found.seen}
    assert withheld & set(RELUS)
    assert withheld & set(DENSES)
    assert found.whole == found.seen
    assert (found.submissions, found.most, found.mixed) == (16, found.answers, ())
    known = (tmp_path / "copy" / "course" / "solutions" / "mistakes" / "dense.py").read_text()
    assert known.count("@mistake") == len({*RELUS, *DENSES}) - len([*RELUS, *DENSES][::3])
