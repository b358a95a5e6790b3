"""The tool that measures the seconds from file to report, on a class of a few."""

from __future__ import annotations

import pytest

from bench.latency import Burst, Latency, measure, page
from bench.material import ClassMaterial, make_material


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> ClassMaterial:
    return make_material(tmp_path_factory.mktemp("latency") / "course", students=8)


@pytest.mark.slow
def test_reports_are_awaited_one_by_one_and_then_all_at_once(material: ClassMaterial) -> None:
    measured = measure(material, singles=2, burst=3, jobs=1)
    assert len(measured.singles) == 2
    assert 0 < measured.burst.first <= measured.burst.seconds
    assert (measured.burst.submissions, measured.burst.lost, measured.burst.twice) == (3, 0, 0)


def test_the_page_tells_median_percentile_and_what_was_lost(material: ClassMaterial) -> None:
    burst = Burst(submissions=200, seconds=40.0, first=0.5, displaced=3, lost=1, twice=2)
    singles = tuple(number / 20 for number in range(1, 22))
    text = page(Latency(start=2.5, singles=singles, burst=burst, load=0.25, jobs=2), material)
    assert "0.55 s at the median of 21, 1.00 s at the 95th percentile" in text
    assert "200 at once: 40.0 s, 3 out of order, 1 lost, 2 graded twice" in text
    assert "| reports a second | 5.0 |" in text


def test_a_class_that_is_too_small_is_told(material: ClassMaterial) -> None:
    with pytest.raises(RuntimeError, match=r"usable submissions, not 400"):
        measure(material, singles=200, burst=200, jobs=1)
