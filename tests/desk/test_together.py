"""Two desks, `serve` and formgrader at once, each of them killed: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import desks
import pytest
from desk_campaign import Campaign, Program, RunningDesk, RunningFormgrader, RunningServe, killing
from desks import entered, group, question
from small_course import NAME, own_solutions

from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course
from autograder.desk.guide import read_guide
from autograder.desk.web.pages import Names
from autograder.gradebook.book import Book
from autograder.runs.verify import verify_log, workspace_key
from autograder.workspace.cluster_comments import ClusterComment, ClusterComments

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")]

GRADINGS = int(os.environ.get("DESK_GRADINGS", "20"))
"""Of all together; the figure in the docs is of 200."""


def texts() -> dict[str, str]:
    return {f"student-{n:03d}": f"Because of reason {n}." for n in range(1, GRADINGS + 1)}


@pytest.fixture
def course(_small_built: Path, tmp_path: Path) -> Iterator[Course]:
    root = Path(shutil.copytree(_small_built, tmp_path / "course"))
    with own_solutions():
        yield desks.write_class(root, texts())


def test_nothing_is_lost_and_nothing_is_doubled(course: Course, tmp_path: Path) -> None:
    rng = random.Random(21)
    with desks.written(course) as desk:
        students = [view.answer.student for g in desk.groups(question(course), "ada") for view in g.answers]
        guide = read_guide(course.marking_path("why")).items
        desk.change_rubric(question(course), 0, guide, "the marking guide")
    write_nbgrader_config(course)
    rng.shuffle(students)
    ada, bob, other = (students[i::3] for i in range(3))
    contested, late = ada[2:4], [f"late-{n:02d}" for n in range(GRADINGS // 10)]
    arriving = dict.fromkeys(late, "Late.") | {each: texts()[each] for part in (ada, bob, other) for each in part[:1]}
    names, campaign = Names(course), Campaign(course)
    at_desks = [RunningDesk(course.root, name) for name in ("ada", "bob")]
    formgrader, serve = RunningFormgrader(course.workspace, tmp_path / "home"), RunningServe(course.root)
    programs: list[Program] = [*at_desks, formgrader, serve]
    workers = [
        threading.Thread(target=campaign.grade, args=(desk, {s: names.hidden(s) for s in part}))
        for desk, part in zip(at_desks, (ada, bob), strict=True)
    ]
    workers.append(threading.Thread(target=campaign.enter, args=(formgrader, [*contested, *other])))
    workers.append(threading.Thread(target=campaign.hand_in, args=(serve, arriving)))
    at_once(programs, workers)
    for program in programs:
        program.stop()
    say_twice(campaign, late)

    assert campaign.faults == [], "\n".join(campaign.faults)
    with desks.written(course) as desk:
        desk.background.run(60)
        state = desk.state(question(course))
        assert state.to_record() == {}
        counted = [s for s, answer in state.answers.items() if answer.reading is not None]
        noted = {s for s in contested if group(desk, s).first.foreign is not None}
    assert sorted(counted) == sorted(campaign.told) == sorted(ada + bob)
    assert sorted(campaign.entered) == sorted(contested + other)
    now = {s: entered(course, s)[:2] for s in students}
    alone = {s: given for s, given in (campaign.told | campaign.entered).items() if s not in contested}
    assert {s: now[s] for s in alone} == alone
    for student in contested:
        choices = zip(campaign.told[student], campaign.entered[student], strict=True)
        assert all(value in choice for value, choice in zip(now[student], choices, strict=True))
        assert now[student] == campaign.told[student] or student in noted
    with Book(course.gradebook, course.course_id) as book:
        said = book.comments(NAME)
    assert {s: said[s] for s in late} == dict.fromkeys(late, (("double", "Twice?"),))
    assert verify_log(course, workspace_key(course)).faults == []
    print(f"{GRADINGS} gradings, {len(arriving)} submissions meanwhile, kills: {[each.kills for each in programs]}")
    assert all(program.kills for program in programs)


def at_once(programs: Sequence[Program], workers: Sequence[threading.Thread]) -> None:
    """Lets everybody work at once, and kills each program again and again meanwhile."""

    def going() -> bool:
        return any(worker.is_alive() for worker in workers)

    killers = [
        threading.Thread(target=killing, args=(program, max(2, GRADINGS // 20), going, random.Random(n)))
        for n, program in enumerate(programs)
    ]
    for thread in (*workers, *killers):
        thread.start()
    for thread in (*workers, *killers):
        thread.join()


def say_twice(campaign: Campaign, students: Sequence[str]) -> None:
    """One comment on the cluster of these students, brought into the gradebook twice."""
    comments, answers = ClusterComments(campaign.course), campaign.behaving(students)
    (behaviour,) = {each.behaviour for each in answers}
    comments.say(NAME, ClusterComment(exercise="double", behaviour=behaviour, text="Twice?", by="ada"))
    for _ in range(2):
        with Book(campaign.course.gradebook, campaign.course.course_id) as book:
            comments.give(NAME, book, answers)
