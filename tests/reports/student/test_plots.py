"""A counterexample's picture: each says what it shows, obeys what is revealed, and leaves the report below 1 MB."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from plotted_results import PICTURES, TEXTS, with_picture
from student_pages import HOSTILE, Parsed, a_result, a_test, an_exercise, page

from autograder.reports.student import Revealed
from autograder.reports.student.page import MAX_BYTES
from autograder.results import Counterexample, Plot


@pytest.mark.parametrize("kind", PICTURES)
def test_each_picture_says_what_it_shows(kind: str) -> None:
    tags = Parsed(with_picture(PICTURES[kind])).tags
    labels = [attributes["aria-label"] for tag, attributes in tags if tag == "svg" and attributes.get("role") == "img"]
    assert TEXTS[kind] in labels
    assert "<figcaption>" in with_picture(PICTURES[kind])


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_gone_where_counterexamples_are_not_revealed(kind: str) -> None:
    html = with_picture(PICTURES[kind], Revealed(score=True, hint=True, counterexample=False))
    assert 'class="picture' not in html


def test_a_curve_is_drawn_with_the_right_answers_between_and_names_its_ends() -> None:
    closer = replace(PICTURES["curve"], y=(0.0, 0.0, 0.5, 2.0))
    (path,) = re.findall(r'<path d="(\S+ [^"]*)" class="want"/>', with_picture(closer))
    assert path.count("L") == 3
    ticks = re.findall(r'class="tick(?: end)?">([^<]*)<', with_picture(PICTURES["training"]))
    assert ticks == ["0", "2", "1", "4"]


def test_everything_that_is_drawn_lies_in_its_picture() -> None:
    for shown in PICTURES.values():
        html = with_picture(shown)
        for svg in re.findall(r'<svg class="picture.*?</svg>', html, re.DOTALL):
            width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())  # type: ignore[union-attr]
            for x in re.findall(r' (?:x|cx|x1|x2)="(\S+)"', svg):
                assert 0 <= float(x) <= width
            for y in re.findall(r' (?:y|cy|y1|y2)="(\S+)"', svg):
                assert 0 <= float(y) <= height


@pytest.mark.parametrize("line", [None, (0.0, 0.0, 1.0), (0.0, 2.0, -1.0), (2.0, 0.0, -1.0), (1.0, 1.0, 900.0)])
def test_a_line_may_be_level_upright_elsewhere_or_missing(line: tuple[float, float, float] | None) -> None:
    html = with_picture(replace(PICTURES["data"], line=line))
    assert ('class="decision"' in html) is (line in [(0.0, 2.0, -1.0), (2.0, 0.0, -1.0)])
    assert ("so there is no line" in html) is (line in [None, (0.0, 0.0, 1.0)])
    assert ("outside this window" in html) is (line == (1.0, 1.0, 900.0))


def test_a_flat_curve_has_a_window() -> None:
    html = with_picture(Plot(kind="training", name="step", got=(2.0, 2.0, 2.0), want=(2.0, 2.0)))
    (path,) = re.findall(r'<path d="(\S+ [^"]*)" class="got"/>', html)
    assert re.fullmatch(r"M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){2}", path)


def test_a_name_in_a_picture_is_text() -> None:
    hostile, tame = (Parsed(with_picture(replace(PICTURES["curve"], name=name))) for name in (HOSTILE, "z"))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in tame.tags]
    assert "<script>alert(1)</script>" in hostile.text


def test_a_report_full_of_pictures_is_below_a_megabyte() -> None:
    gap = tuple(float(i % 7 - 3) for i in range(24 * 24))
    example = Counterexample(call="f(z)", picture=Plot(kind="heat", name="", gap=gap, width=24))
    tests = [a_test(f"Sentence {i}.", "failed", message=f"{i}", counterexample=example) for i in range(60)]
    assert len(page(a_result(an_exercise("f", "F", *tests))).encode()) < MAX_BYTES
