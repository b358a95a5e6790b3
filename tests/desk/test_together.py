"""Two desks, `serve` and formgrader at once, with kills: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import desks
import pytest
from desk_campaign import Campaign, RunningDesk, killing
from desks import entered, question
from serving_process import Serving
from small_course import NAME, own_solutions

from autograder.course import Course
from autograder.desk.clusters import Results
from autograder.desk.guide import read_guide
from autograder.desk.web.pages import Names
from autograder.gradebook.book import Book
from autograder.runs.verify import verify_log, workspace_key
from autograder.workspace.cluster_comments import Behaving, ClusterComment, ClusterComments

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")]

GRADINGS = int(os.environ.get("DESK_GRADINGS", "20"))
"""Of all together; the figure in the docs is of 200."""


@pytest.fixture
def course(_small_built: Path, tmp_path: Path) -> Iterator[Course]:
    root = Path(shutil.copytree(_small_built, tmp_path / "course"))
    texts = {f"student-{n:03d}": f"Because of reason {n}." for n in range(1, GRADINGS + 1)}
    with own_solutions():
        yield desks.write_class(root, texts)


def test_nothing_is_lost_and_nothing_is_doubled(course: Course) -> None:
    rng = random.Random(21)
    with desks.written(course) as desk:
        students = [view.answer.student for g in desk.groups(question(course), "ada") for view in g.answers]
        guide = read_guide(course.marking_path("why")).items
        desk.change_rubric(question(course), 0, guide, "the marking guide")
    rng.shuffle(students)
    thirds = [students[i::3] for i in range(3)]
    names, campaign = Names(course), Campaign(course)
    running = [RunningDesk(course.root, name) for name in ("ada", "bob")]
    late = [f"late-{n:02d}" for n in range(GRADINGS // 10)]
    with Serving(course.root):
        workers = [
            threading.Thread(target=campaign.grade, args=(desk, {s: names.hidden(s) for s in third}))
            for desk, third in zip(running, thirds, strict=False)
        ]
        workers.append(threading.Thread(target=campaign.formgrader, args=(thirds[2],)))
        workers.append(threading.Thread(target=campaign.hand_in, args=(late,)))
        for worker in workers:
            worker.start()
        kills = killing(running, lambda: any(worker.is_alive() for worker in workers[:2]), rng)
        for worker in workers:
            worker.join()
        for desk in running:
            desk.stop()
        comments = ClusterComments(course)
        (behaviour,) = {each.behaviour for each in behaving_of(course, late)}
        comments.say(NAME, ClusterComment(exercise="double", behaviour=behaviour, text="Twice?", by="ada"))
        for _ in range(2):
            with Book(course.gradebook, course.course_id) as book:
                comments.give(NAME, book, behaving_of(course, late))
    assert campaign.faults == []
    with desks.written(course) as desk:
        desk.background.run(60)
        state = desk.state(question(course))
        assert state.to_record() == {}
        counted = [s for s, answer in state.answers.items() if answer.reading is not None]
    assert sorted(counted) == sorted(thirds[0] + thirds[1])
    assert {s: entered(course, s)[:2] for s in campaign.told} == campaign.told
    assert {s: entered(course, s)[0] for s in campaign.entered} == campaign.entered
    assert len(campaign.told) + len(campaign.entered) == GRADINGS
    with Book(course.gradebook, course.course_id) as book:
        said = book.comments(NAME)
    assert {s: said[s] for s in late} == dict.fromkeys(late, (("double", "Twice?"),))
    assert verify_log(course, workspace_key(course)).faults == []
    assert kills > 0


def behaving_of(course: Course, students: list[str]) -> list[Behaving]:
    found = [each for each in Results(course).behaving(NAME) if each.student in students and each.exercise == "double"]
    assert len(found) == len(students), "served"
    return found
