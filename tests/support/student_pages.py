"""Results made up for the pages' tests, and a parsed page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from autograder.reports.student import Comment, ManualScore, Revealed, render
from autograder.results import (
    Argument,
    Counterexample,
    DisplayValue,
    ExerciseResult,
    Outcome,
    Result,
    Status,
    TestResult,
)

EVERYTHING = Revealed(score=True, hint=True, counterexample=True)


NOTHING = Revealed(score=False, hint=False, counterexample=False)


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style></textarea>"
    "\"'><svg onload=alert(3)>{{ 7*7 }}{% raw %}&lt;b&gt;\x1b[31mred\x1b]0;title\x07\x00\x9b\u202etxt.exe\ud800 end"
)


def number(text: str) -> DisplayValue:
    """A Python float as the grader shows it."""
    return DisplayValue(text=text, dtype="float", shape=())


def array(text: str, *rows: str, shape: tuple[int, ...], marked: tuple[tuple[int, int], ...] = ()) -> DisplayValue:
    """A float64 array as the grader shows it; each row is its entries with blanks between."""
    return DisplayValue(
        text=text, dtype="float64", shape=shape, rows=tuple(tuple(row.split()) for row in rows), marked=marked
    )


def a_test(title: str, outcome: str = "passed", points: float = 0.5, **more: object) -> TestResult:
    """A hidden test's verdict; no points unless it passed."""
    score = points if outcome == "passed" else 0.0
    name = "test_" + re.sub(r"\W+", "_", title.lower())
    return TestResult(name=name, title=title, outcome=Outcome(outcome), score=score, max_score=points, **more)


def an_exercise(name: str, title: str, *tests: TestResult, **more: object) -> ExerciseResult:
    """An exercise whose points are those of its tests."""
    score, whole = sum(test.score for test in tests), sum(test.max_score for test in tests)
    return ExerciseResult(name=name, title=title, score=score, max_score=whole, tests=tests, **more)


def a_result(*exercises: ExerciseResult, student: str = "ada", **more: object) -> Result:
    """A graded submission."""
    graded = {
        "assignment": "neuron",
        "student": student,
        "status": Status.graded,
        "score": sum(each.score for each in exercises),
        "max_score": sum(each.max_score for each in exercises),
        "submission_sha256": "5f2b1c0d" * 8,
        "seed": 7,
        "exercises": exercises,
    }
    return Result(**(graded | more))


def page(result: Result, revealed: Revealed = EVERYTHING, **more: object) -> str:
    """The report of the neuron assignment."""
    titles = {"course_title": "Introduction to Deep Learning", "assignment_title": "The neuron"}
    return render(result, revealed=revealed, **titles, **more)


WRITTEN = (ManualScore("written_bias_alone", "What the bias alone decides", None, 2.0),)


def sample_comments() -> tuple[Comment, ...]:
    """What a teaching assistant wrote about the sample."""
    return (
        Comment(
            "neuron_batch", "Nearly there! Write the shapes of X, w and z next to each other, then read them aloud."
        ),
        Comment("setup", "Please keep the imports in the first cell."),
    )


def sample() -> Result:
    """A realistic submission: seven exercises, some right, some known mistakes, one unfinished."""
    batch = Counterexample(
        call="neuron_batch(X, w, b, step)",
        arguments=(
            Argument(
                name="X",
                value=array(
                    "[[ 1.2 -0.4]\n [ 0.3  2.1]\n [-1.5  0.8]]", "1.2 -0.4", "0.3 2.1", "-1.5 0.8", shape=(3, 2)
                ),
            ),
            Argument(name="w", value=array("[0.5 -1.1]", "0.5 -1.1", shape=(2,))),
            Argument(name="b", value=number("2.0")),
            Argument(name="activation", value=DisplayValue(text="the step function")),
        ),
        got=array("[1. 0. 0.]", "1.0 0.0 0.0", shape=(3,), marked=((0, 2),)),
        want=array("[1. 0. 1.]", "1.0 0.0 1.0", shape=(3,), marked=((0, 2),)),
        differs="values",
    )
    linear = replace(
        batch,
        call="neuron_batch(X, w, b, identity)",
        got=array("", "1.04 -2.16 -1.63", shape=(3,), marked=((0, 0), (0, 1), (0, 2))),
        want=array("", "3.04 -0.16 0.37", shape=(3,), marked=((0, 0), (0, 1), (0, 2))),
    )
    vector = Counterexample(
        call="neuron(x, w, b, step)",
        arguments=(
            Argument(name="x", value=array("[2.1]", "2.1", shape=(1,))),
            Argument(name="w", value=array("[0.4]", "0.4", shape=(1,))),
            Argument(name="b", value=number("-0.5")),
        ),
        got=array("[1.]", "1.0", shape=(1,)),
        want=number("1.0"),
        differs="shape",
    )
    table = Counterexample(
        call="step(z)",
        arguments=(Argument(name="z", value=array("[[-1. 0.]\n [ 0. 2.]]", "-1.0 0.0", "0.0 2.0", shape=(2, 2))),),
        got=array("[[0. 0.]\n [0. 1.]]", "0.0 0.0", "0.0 1.0", shape=(2, 2), marked=((0, 1), (1, 0))),
        want=array("[[0. 1.]\n [1. 1.]]", "0.0 1.0", "1.0 1.0", shape=(2, 2), marked=((0, 1), (1, 0))),
        differs="values",
    )
    half = Counterexample(
        call="preactivation(x, w, b)",
        arguments=(
            Argument(name="x", value=array("[0.]", "0.0", shape=(1,))),
            Argument(name="w", value=array("[1.4]", "1.4", shape=(1,))),
            Argument(name="b", value=number("-0.7")),
        ),
        got=number("0.0"),
        want=number("-0.7"),
        differs="values",
    )
    unfinished = {
        "message": "decision_line is not written yet.",
        "traceback": ("Cell 14, line 22, in decision_line", "    raise NotImplementedError()"),
    }
    return a_result(
        an_exercise(
            "weighted_sum",
            "Weighted sum",
            a_test("With a single input, the sum is that one product."),
            a_test("With no inputs at all, the sum is 0.0."),
            a_test("Integers are as good as floats."),
            a_test("The inputs are left as they were."),
        ),
        an_exercise(
            "preactivation",
            "Pre-activation",
            a_test("With all signals zero, the neuron returns its bias.", "failed", counterexample=half),
            a_test(
                "With five inputs, the bias enters once.",
                "failed",
                counterexample=replace(
                    half,
                    arguments=(
                        Argument(name="x", value=array("", "0.8 -1.3 2.2 0.1 -0.6", shape=(5,))),
                        Argument(name="w", value=array("", "1.4 0.2 -0.9 2.7 1.1", shape=(5,))),
                        Argument(name="b", value=number("1.5")),
                    ),
                    got=number("-1.51"),
                    want=number("-0.01"),
                ),
            ),
            a_test("The inputs are left as they were."),
            a_test("Integers are as good as floats."),
            misconception="a neuron without its bias",
            hint="Feed zeros: what should come out of `preactivation`?",
        ),
        an_exercise(
            "step",
            "Step activation",
            a_test("At exactly zero, the step is 1.", "failed", counterexample=table),
            a_test("Far from zero, the step is 0 or 1."),
            a_test("A single number works as well as an array."),
            a_test("The answer holds floats, not truth values."),
            misconception="a step that is still 0 at zero",
            hint="What does the definition say at exactly zero?",
        ),
        an_exercise(
            "neuron",
            "One neuron",
            a_test("The activation sees the pre-activation.", points=1.0),
            a_test("The activation is called once."),
            a_test("The activation may be any function."),
            a_test("The neuron answers with one number.", "failed", 1.0, counterexample=vector),
        ),
        an_exercise(
            "neuron_batch",
            "A batch of examples",
            a_test("Each example gets the bias, as one neuron would give it.", "failed", 1.5, counterexample=batch),
            a_test("The activation may be any function.", "failed", 1.0, counterexample=linear),
            a_test("A batch of one example is a batch.", points=0.25),
            a_test(
                "A batch of no examples gives no answers.",
                "error",
                0.5,
                message="IndexError: list index out of range",
                traceback=("Cell 11, line 4, in neuron_batch", "    out = np.zeros(len(X[0]))"),
            ),
            a_test("Views and transposed arrays work.", points=0.75),
            misconception="a batch whose bias is dropped",
            hint="Feed a batch of zeros: which number should every row give?",
        ),
        an_exercise(
            "logic_gate",
            "Logic gates",
            a_test("AND is true only where both are."),
            a_test("OR is true where one is."),
            a_test("NAND is the opposite of AND."),
            a_test("Each corner is at least 0.25 away from the line.", points=1.5),
            a_test("An unknown gate raises ValueError.", "timeout", 1.0),
        ),
        an_exercise(
            "decision_line",
            "The decision line",
            a_test("Points on the line have pre-activation zero.", "error", 1.0, **unfinished),
            a_test("x1 may be an array.", "error", 1.0, **unfinished),
            a_test("A vertical line raises ValueError.", "error", 1.0, **unfinished),
        ),
        notes=("The check cell of 'step' was deleted; it was put back.",),
    )


class Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self.in_style else data


def text_of(html: str) -> str:
    """What a reader reads, with single blanks."""
    return " ".join(Parsed(html).text.split())


def replace_score(question: ManualScore, score: float) -> ManualScore:
    """The same question, graded."""
    return ManualScore(question.name, question.title, score, question.max_score)


def with_text(field: str, text: str) -> str:
    """A page with this text in one of the fields that a student or a comment can fill."""
    shown = DisplayValue(text=text, dtype=text, shape=(1,), rows=None)
    table = DisplayValue(text="", dtype=text, shape=(1, 1), rows=((text,),), marked=((0, 0),))
    counterexamples = {
        "got": Counterexample(call="f()", got=shown, want=number("1.0"), differs="values"),
        "entry": Counterexample(call="f()", got=table, want=table, differs="values"),
        "call": Counterexample(
            call=text, arguments=(Argument(name=text, value=shown),), differs=text, got=shown, want=shown
        ),
    }
    test = a_test(
        text if field == "title" else "It doubles.",
        "error" if field in {"message", "traceback"} else "failed",
        message=text if field == "message" else "",
        traceback=(text,) if field == "traceback" else (),
        counterexample=counterexamples.get(field),
    )
    name = text if field == "exercise" else "f"
    result = a_result(
        an_exercise(name, name, test, hint=text if field == "hint" else None, misconception=text),
        notes=(text,) if field == "notes" else (),
        student=text if field == "student" else "ada",
    )
    if field == "reason":
        result = replace(result, status=Status.not_gradable, score=None, reason=text)
    comments = {"comment": (Comment("f", text),), "cell": (Comment(text, text),)}.get(field, ())
    written = (ManualScore("written_q", text, None, 2.0),) if field == "written" else ()
    return page(result, comments=comments, written=written)


FIELDS = (
    "got",
    "entry",
    "call",
    "title",
    "message",
    "traceback",
    "exercise",
    "hint",
    "notes",
    "student",
    "reason",
    "comment",
    "cell",
    "written",
)
