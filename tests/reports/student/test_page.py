"""A student's report: what is in it, what is not revealed, and that no text of a student becomes markup."""

from __future__ import annotations

import itertools
import re

import pytest
from msgspec.structs import replace
from student_pages import (
    EVERYTHING,
    FIELDS,
    HOSTILE,
    NOTHING,
    WRITTEN,
    Parsed,
    a_result,
    a_test,
    an_exercise,
    array,
    page,
    replace_score,
    sample,
    sample_comments,
    text_of,
    with_text,
)

from autograder.reports.student import Comment, ManualScore, Revealed, conceal
from autograder.reports.student.page import MAX_BYTES, MAX_NOTES
from autograder.results import (
    Argument,
    Counterexample,
    DisplayValue,
    ExerciseResult,
    FormPrice,
    Outcome,
    Plot,
    Result,
    Status,
    TestResult,
)
from autograder.text import clean


def test_the_first_screen_tells_the_total_the_progress_and_what_to_look_at_first() -> None:
    html = page(sample(), written=WRITTEN)
    text = text_of(html)
    assert 'aria-label="52 percent of the points"' in html
    assert "10.5 of 20 points" in text
    assert "1 of 7 exercises complete" in text
    assert "2 points of written work are not graded yet and not counted here." in text
    assert (
        "Look at this first: Exercise 5, neuron_batch A batch of examples These are exactly the answers of a batch"
    ) in text
    assert "3 of the 9.5 points you are missing are here." in text


@pytest.mark.parametrize(
    ("score", "told", "state"),
    [(None, True, "waiting"), (2.0, True, "full"), (0.5, True, "part"), (0.0, True, "none"), (2.0, False, "read")],
)
def test_a_written_question_shows_whether_it_was_graded(score: float | None, told: bool, state: str) -> None:
    question = ManualScore("written_bias_alone", "What the bias alone decides", score, 2.0)
    html = page(sample(), written=(question,), revealed=Revealed(score=told, hint=True, counterexample=True))
    shown = html[html.index('href="#written-1"') :]
    assert f'<svg class="icon {state}"' in shown[:80]


def test_each_exercise_can_be_reached_from_the_progress() -> None:
    tags = Parsed(page(sample(), written=WRITTEN)).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    links = {attributes["href"][1:] for tag, attributes in tags if tag == "a"}
    assert {f"exercise-{each.name}" for each in sample().exercises} | {"written-1", "main"} == links
    assert links <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_failed_test_is_its_sentence_its_call_and_both_answers_with_the_differing_entries_marked() -> None:
    html = page(a_result(next(each for each in sample().exercises if each.name == "step")))
    assert "At exactly zero, the step is 1." in html
    assert ">step(z)</pre>" in html
    assert html.count('<td class="differs"><span class="vh">differs: </span><bdi>0.0</bdi></td>') == 2
    assert html.count('<td class="differs"><span class="vh">differs: </span><bdi>1.0</bdi></td>') == 2
    assert "These are exactly the answers of a step that is still 0 at zero." in text_of(html)
    assert "What does the definition say at exactly zero?" in html


def test_two_vectors_of_one_length_are_read_in_one_table() -> None:
    got, want = array("", "1 2 3", shape=(3,), marked=((0, 1),)), array("", "1 5 3", shape=(3,))
    example = Counterexample(call="f(z)", got=got, want=want, differs="values")
    html = page(a_result(an_exercise("f", "F", a_test("It doubles.", "failed", counterexample=example))))
    assert html.count("<table") == 1
    assert html.count('<td class="differs">') == 2, "the entry is marked in both rows, though only one says so"


def test_a_part_of_an_answer_is_called_by_its_place() -> None:
    heat = Plot(kind="heat", name="", gap=(0.0, 1.0, 0.0, 0.0, 0.0, 0.0), width=3)
    got, want = array("", "1 2 3", "4 5 6", shape=(2, 3)), array("", "1 1 3", "4 5 6", shape=(2, 3))
    example = Counterexample(call="f(z)", got=got, want=want, differs="values", part="[1]", picture=heat)
    html = page(a_result(an_exercise("f", "F", a_test("It is a pair.", "failed", counterexample=example))))
    assert "Your answer[1] minus the right one" in html
    assert "Your answer[1]" in text_of(html)
    assert "Expected[1]" in text_of(html)


def test_the_shape_is_told_before_the_dtype_and_the_values() -> None:
    got, want = array("", "1", "2", shape=(2, 1)), array("", "1 2", shape=(2,))
    example = Counterexample(call="f(z)", got=got, want=want, differs="shape")
    html = page(a_result(an_exercise("f", "F", a_test("It is flat.", "failed", counterexample=example))))
    mine = text_of(html).partition("Your answer")[2]
    assert mine.startswith(" differs: shape (2, 1)float64") or mine.startswith(" differs: shape (2, 1) float64")
    assert "Expected differs: shape (2,)" in mine


def test_the_students_own_lines_are_shown() -> None:
    assert "Cell 11, line 4, in neuron_batch\n    out = np.zeros(len(X[0]))" in page(sample())


def test_tests_that_fail_in_the_same_way_are_told_once() -> None:
    html = page(sample())
    assert html.count("decision_line is not written yet.</p>") == 1
    assert "The same in 2 other tests" in html
    assert all(title in html for title in ("Points on the line", "x1 may be an array.", "A vertical line raises"))


def test_code_that_is_not_written_yet_is_said_so_without_its_calls() -> None:
    shown = Counterexample(call="decision_line(w, b, x1)")
    of_stub = {"message": "f is not written yet.", "traceback": ("cell 3",), "counterexample": shown}
    html = page(a_result(an_exercise("f", "F", a_test("It is there.", "error", **of_stub))))
    assert '<span class="tag">not written</span> It is there.' in html
    assert "decision_line(" not in html
    assert "cell 3" not in html
    raised = of_stub | {"message": "f raised ValueError: f is not written yet."}
    assert "cell 3" in page(a_result(an_exercise("f", "F", a_test("It is there.", "error", **raised))))


def test_the_smallest_example_is_open_and_so_is_one_with_a_picture() -> None:
    def wrong(title: str, call: str, drawn: bool = False) -> TestResult:
        curve = Plot(kind="curve", name="z", x=(1.0, 2.0), got=(1.0, 2.0), want=(1.0, 3.0)) if drawn else None
        nothing = Argument(name="z", value=array("[]", shape=(0,)))
        arguments = (nothing,) if call == "f([])" else ()
        return a_test(title, "failed", counterexample=Counterexample(call=call, arguments=arguments, picture=curve))

    tests = wrong("A.", "f([])"), wrong("B.", "f(1000)"), wrong("C.", "f(1)"), wrong("D.", "f([1, 2])", drawn=True)
    html = page(a_result(an_exercise("f", "F", *tests)))
    assert re.findall(r"<h4>.*?([ABCD]\.)</h4>", html) == ["C.", "D."]
    assert re.findall(r'<summary>.*?class="sentence">([ABCD]\.)<', html) == ["A.", "B."]


def test_comments_stand_where_they_belong_and_none_is_lost() -> None:
    comments = (*sample_comments(), Comment("written_bias_alone", "A fine argument."))
    text = text_of(page(sample(), written=WRITTEN, comments=comments))
    batch, gates = (
        text.index(f"Exercise {n}, {name} {got} of") for n, name, got in ((5, "neuron_batch", 1), (6, "logic_gate", 3))
    )
    assert batch < text.index("Nearly there!") < gates
    assert text.index("has not done so yet. Your teacher") < text.index("A fine argument.")
    assert "comment on setup Please keep the imports" in text


def test_a_written_question_that_is_graded_counts() -> None:
    text = text_of(page(sample(), written=(replace_score(WRITTEN[0], 1.5),)))
    assert "12 of 22 points" in text
    assert "1.5 of 2 points" in text
    assert "has not done so yet" not in text


def test_what_is_not_written_yet_is_not_what_to_look_at_first_while_an_answer_is_wrong() -> None:
    unwritten = an_exercise("f", "The whole f", a_test("It is.", "error", 4.0, message="f is not written yet."))
    wrong = an_exercise("g", "The whole g", a_test("It adds.", "failed", 0.5))
    assert "Look at this first: Exercise 2, g" in text_of(page(a_result(unwritten, wrong)))
    assert "Look at this first: Exercise 1, f" in text_of(page(a_result(unwritten)))


def test_the_answers_form_alone_comes_before_what_is_not_written_yet() -> None:
    unwritten = an_exercise("f", "F", a_test("It is.", "error", 4.0, message="f is not written yet."))
    form = FormPrice(asked="an array", came="a list", cost=0.25, worth=1.0)
    listed = replace(an_exercise("g", "G", a_test("It adds.")), score=0.75, max_score=1.0, form=form)
    assert "Look at this first: Exercise 2, g" in text_of(page(a_result(unwritten, listed)))


def chain(*, cost: float) -> tuple[ExerciseResult, ExerciseResult, ExerciseResult]:
    """Three wrong exercises: the second calls the first, the third calls the second."""
    return (
        an_exercise("a", "A", a_test("It adds.", "failed", cost)),
        an_exercise("b", "B", a_test("It adds.", "failed", 2.0, follow_through=("a",))),
        an_exercise("c", "C", a_test("It adds.", "failed", 3.0, follow_through=("b",))),
    )


def test_what_others_call_is_what_to_look_at_first_though_it_costs_least() -> None:
    alone = an_exercise("d", "D", a_test("It adds.", "failed", 4.0))
    text = text_of(page(a_result(alone, *chain(cost=1.0))))
    assert "Look at this first: Exercise 2, a A b calls it." in text
    text = text_of(page(a_result(alone)))
    assert "Look at this first: Exercise 1, d" in text
    assert "call" not in text.partition("Exercise 1, d")[2].partition("It adds.")[0]


def test_what_calls_an_exercise_that_is_not_right_yet_comes_later_even_if_others_call_it() -> None:
    first, *later = chain(cost=1.0)
    assert "Look at this first: Exercise 3, a" in text_of(page(a_result(*reversed(later), first)))
    right = an_exercise("a", "A", a_test("It adds."))
    assert "Look at this first: Exercise 2, b B c calls it." in text_of(page(a_result(right, *later)))


def test_an_exercise_that_only_made_others_wrong_comes_first_too() -> None:
    rescued = [an_exercise(name, name, a_test("It adds.", follow_through=("a",))) for name in "bcd"]
    other = an_exercise("e", "E", a_test("It adds.", "failed", 4.0))
    text = text_of(page(a_result(chain(cost=1.0)[0], *rescued, other)))
    assert "Look at this first: Exercise 1, a A b, c and d call it." in text


def test_full_marks_are_said_plainly() -> None:
    text = text_of(page(a_result(an_exercise("f", "F", a_test("It doubles."), a_test("It keeps its input.")))))
    assert "Every exercise is complete" in text
    assert "All 2 tests passed It doubles. It keeps its input." in text
    assert "Look at this first" not in text


@pytest.mark.parametrize(("score", "hint", "counterexample"), list(itertools.product((True, False), repeat=3)))
def test_nothing_is_shown_that_is_not_revealed(score: bool, hint: bool, counterexample: bool) -> None:
    html = page(sample(), Revealed(score, hint, counterexample), written=WRITTEN, comments=sample_comments())
    text = text_of(html)
    assert bool(re.search(r"\d points?\b|percent of the points", text + html)) is score
    assert ("These are exactly the answers" in text) is hint
    assert ("Feed a batch of zeros" in text) is hint
    for secret in ("-1.63", "neuron_batch(X, w, b, step)", "IndexError", "Cell 11", "Expected"):
        assert (secret in html) is counterexample
    assert "Each example gets the bias, as one neuron would give it." in text
    assert "Nearly there!" in text
    assert ("Your score is not shown yet." in text) is not score


def test_a_score_that_is_not_revealed_cannot_be_told_from_another() -> None:
    """The same outcomes with other points give the same page."""
    cheap = a_result(an_exercise("f", "F", a_test("A.", points=1.0), a_test("B.", "failed", points=3.0)))
    dear = a_result(an_exercise("f", "F", a_test("A.", points=7.0), a_test("B.", "failed", points=2.0)))
    hidden = Revealed(score=False, hint=True, counterexample=True)
    assert page(cheap, hidden) == page(dear, hidden)
    assert page(cheap) != page(dear)


@pytest.mark.parametrize("name", ["W" * 5_000, "שלום־עולם", "محمد عبد الله", "\u202etxt.exe", "a\nb"])
def test_very_long_and_right_to_left_names(name: str) -> None:
    html = page(replace(sample(), student=name))
    assert "W" * 101 not in html
    assert "\u202e" not in html
    if len(name) < 100 and name.isprintable():
        assert f"Feedback for <bdi>{name}</bdi>" in html


def test_an_assignment_with_a_single_exercise_says_that_it_holds_all() -> None:
    wrong = a_result(an_exercise("f", "F", a_test("It doubles.", "failed", points=1.0)))
    assert "All that you are missing is here: 1 point." in text_of(page(wrong))
    assert "All tests that did not pass are here: 1 test." in text_of(page(wrong, NOTHING))


def test_what_is_concealed_is_gone_from_the_structure() -> None:
    json = conceal(sample(), NOTHING).to_json().decode()
    for secret in ("bias is dropped", "batch of zeros", "1.63", "IndexError", "Cell 11"):
        assert secret in sample().to_json().decode()
        assert secret not in json


@pytest.mark.parametrize("revealed", [EVERYTHING, NOTHING])
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(Status.ungraded, "not your fault"), (Status.not_gradable, "We could not read your file")],
)
def test_without_a_grading_there_is_a_reason_and_no_zero(status: Status, sentence: str, revealed: Revealed) -> None:
    result = a_result(status=status, score=None, max_score=20.0, reason="cell 12 <ends> in the middle")
    text = text_of(page(result, revealed, comments=(Comment("neuron", "Come and see me."),)))
    assert sentence in text
    assert "cell 12 <ends> in the middle" in text
    assert "Nothing is lost." in text
    assert "Come and see me." in text
    assert not re.search(r"\d points?\b|\d of \d", text)


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.passed])
def test_each_outcome_has_its_words(outcome: Outcome) -> None:
    told = {
        Outcome.failed: "wrong answer",
        Outcome.error: "Your code raised an exception.",
        Outcome.missing: "does not define a function",
        Outcome.timeout: "still running when its time was up",
        Outcome.killed: "it crashed, or used too much memory",
        Outcome.internal: "The grader failed here, not you.",
    }
    assert told[outcome] in text_of(page(a_result(an_exercise("f", "F", a_test("It doubles.", outcome)))))


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_stays_text(field: str) -> None:
    hostile, tame = Parsed(with_text(field, HOSTILE)), Parsed(with_text(field, "tame"))
    assert "<script>alert(1)</script>" in hostile.text
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in tame.tags]
    assert not any(name.startswith("on") for _, attributes in hostile.tags for name in attributes)
    assert "{{ 7*7 }}{% raw %}" in hostile.text
    with_text(field, HOSTILE).encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", with_text(field, HOSTILE))


@pytest.mark.parametrize("field", FIELDS)
def test_huge_text_is_cut(field: str) -> None:
    html = with_text(field, "<&'\x1b" * 1_000_000)
    assert len(html.encode()) < MAX_BYTES
    assert "more characters)" in html


def test_a_report_that_is_too_large_is_made_with_shorter_texts_and_at_last_without_counterexamples() -> None:
    long, entry = '"' * 2_000, '"' * 400
    rows = tuple((entry,) * 16 for _ in range(16))
    value = DisplayValue(text=long, dtype="float64", shape=(16, 16), rows=rows)
    example = Counterexample(call=long, arguments=(Argument(name="x", value=value),), got=value, want=value)
    tests = tuple(a_test(f"Sentence {i}.", "failed", message=f"{i}{long}", counterexample=example) for i in range(100))
    for some, kept in ((tests[:2], True), (tests, False)):
        html = page(a_result(an_exercise("f", "F", *some)))
        assert len(html.encode()) < MAX_BYTES
        assert all(test.title in html for test in some)
        assert ("Your answer" in html) is kept


def test_a_long_traceback_keeps_its_last_lines_and_many_notes_their_first() -> None:
    test = a_test("It ends.", "error", traceback=tuple(f"line {i}" for i in range(1_000)))
    html = page(a_result(an_exercise("f", "F", test), notes=tuple(f"note {i}." for i in range(1_000))))
    assert "… 970 more lines\nline 970\n" in html
    assert "line 999</pre>" in html
    assert f"… and {1_000 - MAX_NOTES} more." in html


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain\n\ttext é 日本 🎉", "plain\n\ttext é 日本 🎉"),
        ("\x1b[1;31mred\x1b[0m \x1b]0;title\x07done \x1b]8;;http://x\x1b\\link", "red done link"),
        ("bell\x07 null\x00 lone\x1b del\x7f", "bell␇ null␀ lone␛ del␡"),
        ("c1\x9b31m \u202eevil\u2066", "c1[U+009B]31m [U+202E]evil[U+2066]"),
        ("half \ud800 \uffff", "half [U+D800] [U+FFFF]"),
        ("windows\r\nline\r", "windows\nline␍"),
    ],
)
def test_what_cannot_be_printed_becomes_visible_or_goes(text: str, seen: str) -> None:
    assert clean(text, 1_000) == seen


def test_an_array_too_large_for_a_table_is_shown_as_text() -> None:
    value = DisplayValue(text="[0. 1. ... 98. 99.]", dtype="float64", shape=(100,), rows=(tuple(map(str, range(100))),))
    example = Counterexample(call="f()", got=value, want=value, differs="values")
    html = page(a_result(an_exercise("f", "F", a_test("It doubles.", "failed", counterexample=example))))
    assert "<table" not in html
    assert "[0. 1. ... 98. 99.]</pre>" in html


@pytest.mark.parametrize("exercises", [(), (an_exercise("f", "F"),)])
def test_an_assignment_without_exercises_or_tests_has_a_page(exercises: tuple[ExerciseResult, ...]) -> None:
    assert "0 of 0 points" in text_of(page(a_result(*exercises)))


def test_the_page_is_self_contained_and_always_the_same() -> None:
    html = page(sample(), written=WRITTEN, comments=sample_comments())
    assert html == page(Result.from_json(sample().to_json()), written=WRITTEN, comments=sample_comments())
    parsed = Parsed(html)
    assert not {tag for tag, _ in parsed.tags} & {"script", "iframe", "img", "object", "embed", "form", "base"}
    addresses = [value for _, attributes in parsed.tags for key, value in attributes.items() if key in {"href", "src"}]
    assert all(value is not None and value.startswith(("#", "data:")) for value in addresses)
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html


def test_an_exercise_that_lost_points_links_to_its_section_of_the_book() -> None:
    html = page(sample(), section=lambda name: f"https://www.example.org/course/neuron.html#exercise-{name}")
    tags = Parsed(html).tags
    links = [attributes["href"] for tag, attributes in tags if tag == "a" and attributes["href"].startswith("https:")]
    unfinished = [each.name for each in sample().exercises if each.score < each.max_score]
    assert {link.partition("#exercise-")[2] for link in links} == set(unfinished)
    assert "Read this section of the book again" in text_of(html)
    assert "Read this section" not in text_of(page(sample()))
