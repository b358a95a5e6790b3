"""Final grades are those of an independent computation with pandas, whatever rules are switched on."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course import Assignment, Config, Course
from autograder.course.schemes import Category, Grades, Rounding
from autograder.grades.compute import FinalGrade, category_total, final_grades
from autograder.grades.work import AssignmentWork, ClassWork, State, Work
from autograder.workspace.roster import RosterEntry

SCALE = {"1": 85.0, "2": 70.0, "3": 55.0, "4": 40.0, "5": 0.0}
WEIGHTS = st.sampled_from([0.5, 1.0, 2.0, 3.0])
STATES = [State.graded] * 6 + [State.missing, State.not_gradable, State.waiting, State.open]


@st.composite
def classes(draw: st.DrawFn) -> ClassWork:
    """A class with every rule switched on or off at random."""
    names = [f"a{n}" for n in range(draw(st.integers(1, 7)))]
    with_categories = len(names) > 2 and draw(st.booleans())
    groups = {name: "bcd"[nth % draw(st.integers(1, 3))] if with_categories else None for nth, name in enumerate(names)}
    groups = {name: "b" if nth == 0 and with_categories else groups[name] for nth, name in enumerate(names)}
    categories = {
        name: Category(
            weight=draw(WEIGHTS), drop_lowest=draw(st.integers(0, 2)), extra_credit=name != "b" and draw(st.booleans())
        )
        for name in sorted({group for group in groups.values() if group})
    }
    assignments = {
        name: Assignment(
            title=name, category=groups[name], weight=draw(WEIGHTS), extra_credit=name != "a0" and draw(st.booleans())
        )
        for name in names
    }
    grades = Grades(
        categories=categories,
        drop_lowest=0 if categories else draw(st.integers(0, 2)),
        scale=draw(st.sampled_from([{}, SCALE])),
        pass_from=draw(st.sampled_from([None, 50.0])),
        rounding=Rounding(step=draw(st.sampled_from([0.01, 0.5, 1.0, 5.0]))),
    )
    config = Config(course="c", title="C", assignments=assignments, grades=grades)
    course = Course(config=config, root=Path("/c"), workspace=Path("/c/workspace"))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    people = tuple(RosterEntry(f"s{n}") for n in range(draw(st.integers(1, 12))))
    works = tuple(_assignment(name, people, rng) for name in names)
    return ClassWork(course, people, works)


def _assignment(name: str, people: tuple[RosterEntry, ...], rng: np.random.Generator) -> AssignmentWork:
    most = float(rng.integers(4, 40)) / 2
    of = {}
    for one in people:
        state = STATES[int(rng.integers(len(STATES)))]
        score = float(rng.integers(0, int(4 * most) + 1)) / 4 if state is State.graded else 0.0
        of[one.id] = Work(state, score, score * float(rng.choice([0.0, 0.0, 0.1, 0.5])), most)
    return AssignmentWork(name, name, {"test_x": most}, of)


def _by_pandas(found: ClassWork) -> pd.Series:  # type: ignore[type-arg]
    """The exact totals, computed column by column on a table of shares in which nan does not count."""
    config = found.course.config
    table = pd.DataFrame(index=[one.id for one in found.students], dtype=float)
    for one in found.assignments:
        scored = any(work.state is State.graded for work in one.of.values())
        table[one.name] = [
            (work.score - work.penalty) / one.max_score if work.counts and scored else np.nan
            for work in one.of.values()
        ]
    weights = pd.Series({name: one.weight for name, one in config.assignments.items()})
    extra = pd.Series({name: one.extra_credit for name, one in config.assignments.items()})
    groups = {name: one.category or "all" for name, one in config.assignments.items()}
    categories = config.grades.categories or {"all": Category(drop_lowest=config.grades.drop_lowest)}
    parts = pd.DataFrame(index=table.index, dtype=float)
    for name, category in categories.items():
        own = table[[key for key, group in groups.items() if group == name]]
        main = own.loc[:, ~extra[own.columns]]
        ranks = main.loc[:, ::-1].rank(axis=1, method="first")  # of equal ones the later is the lower
        drops = (main.notna().sum(axis=1) - 1).clip(upper=category.drop_lowest, lower=0)
        main = main.where(ranks[main.columns].gt(drops, axis=0))
        added = own.loc[:, extra[own.columns]].mul(weights).sum(axis=1)
        below = main.notna().mul(weights[main.columns]).sum(axis=1)
        parts[name] = (main.mul(weights[main.columns]).sum(axis=1) + added) / below.replace(0, np.nan)
    worth = pd.Series({name: one.weight for name, one in categories.items()})
    regular = [name for name, one in categories.items() if not one.extra_credit]
    below = parts[regular].notna().mul(worth[regular]).sum(axis=1)
    return 100 * parts.mul(worth).sum(axis=1) / below.replace(0, np.nan)


def _rounded(exact: float, step: float) -> float:
    steps = (Decimal(repr(round(exact, 9))) / Decimal(repr(step))).to_integral_value(ROUND_HALF_UP)
    return float(steps * Decimal(repr(step)))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(classes())
def test_totals_are_those_of_pandas(found: ClassWork) -> None:
    want, scheme = _by_pandas(found), found.course.config.grades
    for grade in final_grades(found).grades:
        exact = float(want[grade.student.id])
        if math.isnan(exact):
            assert grade.total is None
            continue
        assert grade.exact == pytest.approx(exact, abs=1e-9)
        total = _rounded(exact, scheme.rounding.step)
        assert grade.total == total
        assert grade.passed == (None if scheme.pass_from is None else total >= scheme.pass_from)
        marks = pd.Series(scheme.scale, dtype=float).sort_values()
        assert grade.mark == (marks[marks <= total].index[-1] if len(marks) else "")


def share(**values: float) -> dict[str, tuple[float, Assignment]]:
    return {name: (value, Assignment(title=name)) for name, value in values.items()}


def test_the_lowest_is_dropped_and_one_always_counts() -> None:
    total = category_total(share(a=0.5, b=0.2, c=1.0), 1)
    assert total is not None
    assert (total.share, total.dropped) == (0.75, ("b",))
    alone = category_total(share(a=0.5), 3)
    assert alone is not None
    assert alone.dropped == ()


def grade_of(*works: Work) -> FinalGrade:
    names = [f"a{n}" for n in range(len(works))]
    config = Config(course="c", title="C", assignments={name: Assignment(title=name) for name in names})
    course = Course(config=config, root=Path("/c"), workspace=Path("/c/workspace"))
    perfect = Work(State.graded, 4.0, 0.0, 4.0)
    people = (RosterEntry("ada"), RosterEntry("bob"))
    found = tuple(
        AssignmentWork(name, name, {"test_x": 4.0}, {"ada": work, "bob": perfect})
        for name, work in zip(names, works, strict=True)
    )
    return final_grades(ClassWork(course, people, found)).grades[0]


def test_what_the_kit_could_not_grade_is_no_zero() -> None:
    grade = grade_of(Work(State.graded, 3.0, 0.0, 4.0), Work(State.waiting, max_score=4.0))
    assert (grade.total, grade.provisional, grade.waits) == (75.0, True, ("a1",))


def test_what_was_never_handed_in_is_one_when_it_is_due() -> None:
    assert grade_of(Work(State.graded, 3.0, 0.0, 4.0), Work(State.missing, max_score=4.0)).total == 37.5
    assert grade_of(Work(State.graded, 3.0, 0.0, 4.0), Work(State.open, max_score=4.0)).total == 75.0


@pytest.mark.parametrize(
    ("step", "mode", "percent", "total"),
    [
        (1, "half-up", 0.1 * 3 * 275, 83.0),  # 82.5, which is a little more in binary
        (1, "half-up", 82.49999999999, 83.0),
        (1, "half-even", 82.5, 82.0),
        (0.5, "down", 82.9, 82.5),
        (5, "up", 80.1, 85.0),
        (0.01, "half-up", 33.335, 33.34),
    ],
)
def test_rounding_is_that_of_people(step: float, mode: str, percent: float, total: float) -> None:
    assert Rounding(step=step, mode=mode).of(percent) == total  # type: ignore[arg-type]
