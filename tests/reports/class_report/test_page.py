"""The class report: what it counts, whom it names, and a sensible page for any class."""

from __future__ import annotations

import re

import pytest
from class_pages import FIELDS, TITLES, a_class, handed, page, with_text
from msgspec.structs import replace
from student_pages import HOSTILE, Parsed, a_result, a_test, an_exercise, text_of

from autograder.reports.class_report import ClassTally, render, tally
from autograder.reports.student import Revealed, conceal
from autograder.results import Result, Status


def test_the_class_is_counted() -> None:
    found = tally("neuron", a_class())
    assert (found.handed_in, found.graded, found.max_score) == (12, 12, 4.0)
    assert found.scores == (1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0)
    add, twice = found.exercises
    assert (add.full, add.none, twice.full, twice.none) == (8, 0, 9, 3)
    assert add.difficulty == pytest.approx((8 * 3 + 4 * 1) / 36)
    assert [(test.passed, test.n, test.remark) for test in add.tests] == [(8, 12, "weak"), (12, 12, "nobody fails")]


def test_a_misconception_is_counted_with_its_students_and_its_smallest_example() -> None:
    results = [handed("a-long-name", "failed"), handed("ada", "failed"), handed("bob", "passed")]
    (only,) = tally("neuron", results).misconceptions
    assert only.students == ("a-long-name", "ada")
    assert only.example is not None
    assert only.example.call == "add(3)"
    text = text_of(page(*results))
    assert "2 of 3 gave the answers of a sum without its bias in Exercise 1, add" in text
    assert "The hint Where did the bias go?" in text
    assert "a-long-name, ada" in text
    assert "It adds. The smallest call that shows it add(3)" in text
    assert "Your answer" not in text


def test_the_most_frequent_misconception_comes_first() -> None:
    results = [handed("ada", "failed"), handed("bob", "failed"), handed("eve", "failed")]
    other = replace(results[0].exercises[0], misconception="a sum of squares")
    rare = replace(results[0], exercises=(other, results[0].exercises[1]), student="dan")
    assert [len(each.students) for each in tally("neuron", [rare, *results]).misconceptions] == [3, 1]


def test_who_needs_a_talk() -> None:
    results = [
        handed("ann", "timeout"),
        handed("bob", "killed"),
        replace(handed("cem", "internal"), status=Status.ungraded, score=None, reason="A hidden test failed."),
        replace(a_result(student="dan"), status=Status.not_gradable, score=None, reason="neuron.ipynb is empty."),
        handed("eva", "missing"),
        handed("fay", "passed", unanswered=("twice",)),
        handed("gus", "passed"),
    ]
    found = {talk.kind: talk.people for talk in tally("neuron", results, missing=("zoe",)).talks}
    assert found == {
        "timeout": (("ann", "add"),),
        "killed": (("bob", "add"),),
        "ungraded": (("cem", "A hidden test failed."),),
        "internal": (("cem", "add"),),
        "not_gradable": (("dan", "neuron.ipynb is empty."),),
        "unfinished": (("eva", "add"), ("fay", "twice")),
        "nothing": (("zoe", ""),),
    }
    text = text_of(page(*results, missing=("zoe",)))
    assert "5 of 7 submissions graded" in text
    assert "Not gradable 1 of 7 dan neuron.ipynb is empty." in text
    assert "gus" not in text.partition("Grading time")[0]


def test_a_damaged_result_is_named_and_not_counted() -> None:
    found = tally("neuron", a_class(), unreadable=["student-009"])
    assert found.handed_in == 12
    assert {talk.kind: talk.people for talk in found.talks}["unreadable"] == (("student-009", ""),)


def test_an_exercise_that_is_not_written_yet_is_unfinished() -> None:
    message = "add is not written yet."
    result = a_result(an_exercise("add", "Add", a_test("It adds.", "error", message=message)))
    assert [talk.kind for talk in tally("neuron", [result]).talks] == ["unfinished"]


def test_grading_time() -> None:
    text = text_of(page(handed("a" * 2, "passed"), handed("b" * 4, "passed"), handed("c" * 90, "passed")))
    assert "Total1 min 36 s Median4.0 s" in text
    assert f"Slowest1 min 30 s {'c' * 40}… (50 more characters)" in text


def test_tests_worth_a_look() -> None:
    text = text_of(page(*a_class()))
    assert "Nobody fails 1 test They may be too easy, or you taught this well. Exercise 1, add: It is there." in text
    assert "Discriminate poorly 2 tests" in text
    assert "Nobody passes" not in text
    assert "Nobody passes 1 test" in text_of(page(handed("ada", "failed"), handed("bob", "failed")))


def test_few_submissions_condemn_no_test() -> None:
    assert {test.remark for test in tally("neuron", a_class(9)).remarkable} == {"nobody fails"}
    assert "With fewer than 10 submissions, correlations say too little" in text_of(page(*a_class(9)))


def test_an_anonymous_report_holds_no_name() -> None:
    results = [
        handed("ann-of-the-class", "failed"),
        handed("bob-of-the-class", "timeout"),
        replace(
            a_result(student="dan-of-the-class"),
            status=Status.not_gradable,
            score=None,
            reason="dan-of-the-class.ipynb",
        ),
    ]
    named, nameless = (
        page(*results, missing=("zoe-of-the-class",)),
        page(*results, missing=("zoe-of-the-class",), anonymous=True),
    )
    assert named.count("of-the-class") >= 5
    assert "of-the-class" not in nameless
    text = text_of(nameless)
    assert "1 of 2 gave the answers of a sum without its bias" in text
    for counted in ("Timed out 1 of 3", "Not gradable 1 of 3", "No submission 1 of 4 students"):
        assert counted in text


def test_an_anonymous_report_can_be_of_concealed_results() -> None:
    def seen(result: Result) -> Result:
        return conceal(result, Revealed(score=False, hint=False, counterexample=False))

    found = tally("neuron", [*a_class(), handed("ann", "timeout")], seen=seen)
    html = render(found, **TITLES, anonymous=True, unit="test")
    for secret in ("bias", "add(5)", "point"):
        assert secret not in text_of(html)
    assert "of 3 tests" in text_of(html)
    assert "Timed out 1 of 13" in text_of(html)


def test_one_student() -> None:
    text = text_of(page(handed("ada", "failed")))
    assert "1 of 1 submission graded" in text
    assert "Standard deviationneeds two submissions" in text
    assert "one submission" in text
    assert "1 of 1 gave the answers" in text


def test_no_submissions() -> None:
    text = text_of(page())
    assert "No submissions yet" in text
    assert "run autograder grade neuron" in text
    assert "Discrimination" not in text


def test_nothing_but_files_that_cannot_be_graded() -> None:
    result = replace(a_result(student="dan"), status=Status.not_gradable, score=None, reason="is empty")
    text = text_of(page(result))
    assert "Nothing graded yet" in text
    assert "Not gradable 1 of 1 dan is empty" in text


def test_all_equal_scores() -> None:
    html = page(*(handed(f"s{i}", "passed") for i in range(20)))
    text = text_of(html)
    assert "All submissions have the same score, so there are no correlations." in text
    assert "Standard deviation0.00" in text
    assert "nan" not in html.lower().replace("pronan", "")
    assert 'class="picture interval"' not in html


def test_an_assignment_with_a_single_exercise() -> None:
    def alone(i: int) -> Result:
        outcome = "passed" if i % 2 else "failed"
        return a_result(an_exercise("f", "F", a_test("A.", outcome), a_test("B.", outcome)), student=f"s{i}")

    found = tally("neuron", [alone(i) for i in range(12)])
    assert found.exercises[0].discrimination is None
    assert [test.discrimination.r for test in found.exercises[0].tests if test.discrimination] == [1.0, 1.0]
    assert "no other exercise" in text_of(render(found, **TITLES))
    single = [
        replace(alone(i), exercises=(an_exercise("f", "F", a_test("A.", "passed" if i % 2 else "failed")),))
        for i in range(12)
    ]
    told = text_of(page(*single))
    assert "failed by others." in told, "there is no rest that it could tell apart"


def test_an_assignment_without_exercises() -> None:
    text = text_of(page(a_result(), a_result(student="bob")))
    assert "2 of 2 submissions graded" in text
    assert "Discrimination, 95% interval" not in text


@pytest.mark.parametrize("name", ["W" * 5_000, "שלום־עולם", "محمد عبد الله", "\u202etxt.exe", "a\nb"])
def test_very_long_and_right_to_left_names(name: str) -> None:
    html = page(handed(name, "failed", "timeout"))
    assert len(html) < 100_000
    assert "W" * 101 not in html
    assert "\u202e" not in html
    if len(name) < 100 and name.isprintable():
        assert f"<bdi>{name}</bdi>" in html
        assert f'<bdi class="who">{name}</bdi>' in html


def test_a_thousand_students() -> None:
    html = page(*(handed(f"student-{i:04}-{'x' * 60}", "failed", "timeout") for i in range(1_000)))
    assert len(html.encode()) < 1_000_000
    text = text_of(html)
    assert "1000 of 1000 submissions graded" in text
    assert "and 600 more" in text
    assert "and 960 more" in text
    opened = html.partition('<h2 id="talks">')[2].partition("<details>")[0]
    assert opened.count('class="who"') == 40


def test_results_of_another_set_of_exercises_do_not_disturb() -> None:
    """After an exercise was added, some results are still without it."""
    older = a_result(an_exercise("add", "Add up", a_test("It adds.", "failed", points=2.0)), student="old")
    found = tally("neuron", [*a_class(12), older])
    assert [exercise.n for exercise in found.exercises] == [13, 12]
    assert found.exercises[1].discrimination is not None
    assert found.exercises[1].discrimination.n == 12


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_stays_text(field: str) -> None:
    hostile, tame = Parsed(with_text(field, HOSTILE)), Parsed(with_text(field, "tame"))
    assert "<script>alert(1)</script>" in hostile.text
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in tame.tags]
    assert not any(name.startswith("on") for _, attributes in hostile.tags for name in attributes)
    with_text(field, HOSTILE).encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", with_text(field, HOSTILE))


def test_every_picture_says_what_it_shows() -> None:
    html = page(*a_class())
    pictures = [attributes for tag, attributes in Parsed(html).tags if tag == "svg"]
    assert len(pictures) > 4
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in pictures)
    assert "Distribution of scores. 12 submissions by points. 0.8 to below 1.2: 1;" in html
    assert re.search(r"Discrimination\. −?0\.\d\d, between −0\.\d\d and 0\.\d\d", html)


def test_the_page_is_always_the_same() -> None:
    assert page(*a_class()) == page(*a_class())
    assert isinstance(tally("neuron", ()), ClassTally)
