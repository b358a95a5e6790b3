"""Made-up classes for the class report's tests."""

from __future__ import annotations

from msgspec.structs import replace
from student_pages import a_result, a_test, an_exercise, number

from autograder.reports.class_report import render, tally
from autograder.results import Argument, Counterexample, Outcome, Result, Status

TITLES = {"course_title": "Introduction to Deep Learning", "assignment_title": "The neuron"}


def handed(student: str, first: str, second: str = "passed", **more: object) -> Result:
    """A submission of two exercises: the outcome of each one's interesting test, beside one that everybody passes."""
    example = Counterexample(
        call=f"add({len(student)})",
        arguments=(Argument(name="x", value=number("1.5")),),
        got=number("1.0"),
        want=number("2.0"),
        differs="values",
    )
    wrong = first == "failed"
    return a_result(
        an_exercise(
            "add",
            "Add up",
            a_test("It adds.", first, points=2.0, counterexample=example if wrong else None),
            a_test("It is there.", points=1.0),
            misconception="a sum without its bias" if wrong else None,
            hint="Where did the bias go?" if wrong else None,
        ),
        an_exercise("twice", "Twice", a_test("It doubles.", second, points=1.0)),
        student=student,
        seconds=float(len(student)),
        **more,
    )


def a_class(size: int = 12) -> list[Result]:
    """Every third forgets the bias; every fourth doubles wrongly."""
    return [
        handed(f"s{i:04}", "failed" if i % 3 == 0 else "passed", "failed" if i % 4 == 0 else "passed")
        for i in range(size)
    ]


def page(*results: Result, missing: tuple[str, ...] = (), **more: object) -> str:
    return render(tally("neuron", results, missing), **TITLES, **more)


FIELDS = ("student", "reason", "exercise", "title", "misconception", "hint", "message", "call", "answer", "sentence")


def with_text(field: str, text: str) -> str:
    """A class report with this text in one of the fields that a student can fill, or comes near."""

    def or_tame(name: str) -> str:
        return text if field == name else "tame"

    value = number(or_tame("answer"))
    example = Counterexample(call=or_tame("call"), arguments=(Argument(name="x", value=value),), got=value)
    test = a_test(or_tame("sentence"), "failed", message=or_tame("message"), counterexample=example)
    late = a_test("It ends.", Outcome.timeout)
    exercise = an_exercise(
        or_tame("exercise"), or_tame("title"), test, late, misconception=or_tame("misconception"), hint=or_tame("hint")
    )
    refused = replace(
        a_result(student=or_tame("student")), status=Status.not_gradable, score=None, reason=or_tame("reason")
    )
    return page(a_result(exercise, student=or_tame("student")), refused, missing=(or_tame("student"),))
