"""What in a class's grades an instructor should look at before they are published: where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course import CONFIG_NAME, Course, line_of
from autograder.course.grade_ids import name_of
from autograder.grades.compute import GradeTable
from autograder.grades.work import AssignmentWork, State
from autograder.workspace.corrections import Unknown, unknown
from autograder.workspace.store import Store


def doubts(table: GradeTable) -> Iterator[str]:
    """Sentences, each with the file and line that it is about."""
    course = table.course
    built = {one.name: one for one in table.assignments}
    for name, config in course.assignments.items():
        where = _where(course, "assignments", name)
        if name not in built:
            yield f"{where}: '{name}' has not been built yet, so it counts for nobody; build it, or remove it"
        elif not built[name].counts:
            scheme = course.config.grades
            category = scheme.categories.get(config.category or "", None)
            drops = category.drop_lowest if category else scheme.drop_lowest
            dropped = ", and is nobody's dropped result" if drops else ""
            yield f"{where}: nobody has a score in '{name}', so it counts for nobody{dropped}; grade it, or remove it"
        if config.corrections and (name not in built or not built[name].counts):
            what = f"'{name}' has corrections, and is not graded yet: they take effect as soon as it is"
            yield f"{_where(course, 'assignments', name, 'corrections')}: {what}"
    for one in table.assignments:
        yield from (_of_unknown(course, one, each) for each in unknown_corrections(course, one))
    wrong = [(g.student.id, name) for g in table.grades for name, work in g.work.items() if work.disagrees]
    for student, name in wrong[:20]:
        what = f"the gradebook's points of '{student}' are not those of a signed result"
        yield f"{name}: {what}; `autograder verify {name}` says more"
    if len(wrong) > 20:
        yield f"and {len(wrong) - 20} more whose points are not those of a signed result"
    for student in table.unknown:
        yield f"'{student}' is in the gradebook but not in the roster, and gets no grade"


def unknown_corrections(course: Course, one: AssignmentWork) -> tuple[Unknown, ...]:
    """Corrections of exercises or tests that the assignment, as it is graded, does not have."""
    corrections = course.assignment(one.name).corrections
    if not corrections or not one.counts:
        return ()
    graded = next(student for student, work in one.of.items() if work.state is State.graded)
    result = Store(course, one.name).load(graded) if any(each.test for each in corrections) else None
    tests = tuple(test.name for exercise in (result.exercises if result else ()) for test in exercise.tests)
    return unknown(corrections, tuple(map(name_of, one.cells)), tests)


def _of_unknown(course: Course, one: AssignmentWork, each: Unknown) -> str:
    place = str(list(course.assignment(one.name).corrections).index(each.correction))
    where = _where(course, "assignments", one.name, "corrections", place)
    what = "exercise" if each.correction.exercise else "test"
    return f"{where}: '{one.name}' has no {what} '{each.correction.subject}'; it has: {', '.join(each.known)}"


def _where(course: Course, *keys: str) -> str:
    line = line_of(course, *keys)
    return f"{CONFIG_NAME}:{line}" if line else CONFIG_NAME
