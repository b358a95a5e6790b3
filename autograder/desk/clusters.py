"""Wrong answers in code: answers that behave exactly alike, whose they are, and the comment to them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.desk.answers import Notebooks
from autograder.desk.gradebook import BackgroundTask, Gradebook
from autograder.desk.pending_reports import PendingReports
from autograder.errors import AutograderError
from autograder.gradebook.book import Book
from autograder.reports.student.findings import findings
from autograder.results import ExerciseResult, Outcome, Result, Status
from autograder.workspace.cluster_comments import Behaving, ClusterComment, ClusterComments, behaving
from autograder.workspace.store import Store


@dataclass(frozen=True)
class CodeAnswer:
    """What the clusters need to know about one student's wrong answer to one exercise."""

    student: str
    exercise: str
    title: str
    behaviour: str
    diagnosis: str
    hint: str
    lost: float
    is_written: bool


@dataclass(frozen=True)
class Cluster:
    """Wrong answers with exactly the same behaviour; ``behaviour`` is empty for those that did not answer in time.

    ``kept`` are the comments that some of the students have from before the hidden tests changed.
    """

    exercise: str
    behaviour: str
    answers: tuple[CodeAnswer, ...]
    comment: str
    kept: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.behaviour or "silent"

    @property
    def is_written(self) -> bool:
        """Whether there is anything to look at; untouched stubs also behave alike."""
        return self.answers[0].is_written

    @property
    def before(self) -> str:
        """The most frequent comment from before the hidden tests changed; empty where nobody has one."""
        return max(dict.fromkeys(self.kept), key=self.kept.count, default="")

    @property
    def diagnosis(self) -> str:
        """The grader's diagnosis; empty if it is not known yet."""
        return next((answer.diagnosis for answer in self.answers if answer.diagnosis), "")

    @property
    def hint(self) -> str:
        """The hint that goes with the diagnosis."""
        return next((answer.hint for answer in self.answers if answer.diagnosis), "")

    @property
    def students(self) -> tuple[str, ...]:
        """Who is in it."""
        return tuple(answer.student for answer in self.answers)


@dataclass(frozen=True)
class ExerciseClusters:
    """One exercise, and its wrong answers: the largest cluster first, then what did not answer or is not written."""

    name: str
    title: str
    clusters: tuple[Cluster, ...]

    @property
    def wrong(self) -> int:
        """How many answers are wrong."""
        return sum(len(cluster.answers) for cluster in self.clusters)

    @property
    def unknown(self) -> int:
        """How many written answers are wrong in a way that is not known yet and that nobody commented on."""
        open_ones = (c for c in self.clusters if c.is_written and not (c.diagnosis or c.comment or c.kept))
        return sum(len(cluster.answers) for cluster in open_ones)

    @property
    def to_give_again(self) -> int:
        """How many clusters wait for somebody to confirm a comment from before the hidden tests changed."""
        return sum(bool(cluster.kept) for cluster in self.clusters)


class Results:
    """What the results of a class say about wrong answers; unchanged results are not read again."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._read: dict[Path, tuple[object, tuple[CodeAnswer, ...], tuple[Behaving, ...]]] = {}

    def wrong(self, assignment: str) -> list[CodeAnswer]:
        """All wrong answers to an assignment's exercises."""
        return [answer for entry in self._all(assignment) for answer in entry[1]]

    def behaving(self, assignment: str) -> list[Behaving]:
        """How everybody's answers behave, right ones too."""
        return [each for entry in self._all(assignment) for each in entry[2]]

    def _all(self, assignment: str) -> list[tuple[object, tuple[CodeAnswer, ...], tuple[Behaving, ...]]]:
        store = Store(self.course, assignment)
        return [found for student in store.students() if (found := self._one(store, student)) is not None]

    def _one(self, store: Store, student: str) -> tuple[object, tuple[CodeAnswer, ...], tuple[Behaving, ...]] | None:
        path = store.path(student)
        try:
            there = path.lstat()
        except OSError:
            return None
        mark = (there.st_ino, there.st_mtime_ns, there.st_size)
        known = self._read.get(path)
        if known is None or known[0] != mark:
            result = store.load(student)
            known = (mark, *(_read(result) if result else ((), ())))
            self._read[path] = known
        return known


def _read(result: Result) -> tuple[tuple[CodeAnswer, ...], tuple[Behaving, ...]]:
    if result.status is not Status.graded:
        return (), ()
    wrong = tuple(_answer(result.student, exercise) for exercise in result.exercises if _is_wrong(exercise))
    return wrong, tuple(behaving(result))


def _behaviour(exercise: ExerciseResult) -> str:
    return exercise.behaviour if isinstance(exercise.behaviour, str) else ""


def _is_wrong(exercise: ExerciseResult) -> bool:
    failed = any(test.outcome is not Outcome.passed for test in exercise.tests)
    return failed or exercise.max_score - exercise.score > 1e-9


def _answer(student: str, exercise: ExerciseResult) -> CodeAnswer:
    return CodeAnswer(
        student=student,
        exercise=exercise.name,
        title=exercise.title,
        behaviour=_behaviour(exercise),
        diagnosis=exercise.diagnosis,
        hint=exercise.hint or "",
        lost=exercise.max_score - exercise.score,
        is_written=not all(found.bare for found in findings(exercise)) or not findings(exercise),
    )


class CodeAnswers:
    """The clusters of a course at the desk, and their comments on the way to the students."""

    def __init__(self, course: Course, notebooks: Notebooks, gradebook: Gradebook) -> None:
        self.course, self.notebooks, self.gradebook = course, notebooks, gradebook
        self.results, self.comments = Results(course), ClusterComments(course)
        self._lock = threading.RLock()
        self._to_give = {name for name in course.assignments if course.results_dir(name).is_dir()}
        self._reports = PendingReports(course)
        self.background = BackgroundTask(self.deliver)

    def exercises(self, assignment: str) -> tuple[ExerciseClusters, ...]:
        """An assignment's exercises with wrong answers, in the order of their results."""
        with self._lock:
            self.comments.log.catch_up()
            found: dict[str, dict[str, list[CodeAnswer]]] = {}
            kept: dict[tuple[str, str], list[str]] = {}
            for each in self.results.behaving(assignment):
                if text := self.comments.kept(assignment, each):
                    kept.setdefault((each.exercise, each.behaviour), []).append(text)
            for answer in self.results.wrong(assignment):
                found.setdefault(answer.exercise, {}).setdefault(answer.behaviour, []).append(answer)
            return tuple(self._exercise(assignment, name, groups, kept) for name, groups in found.items())

    def _exercise(
        self,
        assignment: str,
        name: str,
        groups: dict[str, list[CodeAnswer]],
        kept: Mapping[tuple[str, str], Sequence[str]],
    ) -> ExerciseClusters:
        clusters = [
            Cluster(
                name,
                behaviour,
                tuple(answers),
                self.comments.on(assignment, name, behaviour),
                tuple(kept.get((name, behaviour), ())),
            )
            for behaviour, answers in groups.items()
        ]
        clusters.sort(key=lambda c: (not c.behaviour, not c.is_written, -len(c.answers), c.behaviour))
        return ExerciseClusters(name, clusters[0].answers[0].title, tuple(clusters))

    def cluster(self, assignment: str, exercise: str, key: str) -> Cluster | None:
        """One cluster; None if no answer behaves like this any more."""
        clusters = (c for each in self.exercises(assignment) if each.name == exercise for c in each.clusters)
        return next((cluster for cluster in clusters if cluster.key == key), None)

    def example(self, assignment: str, cluster: Cluster) -> tuple[ExerciseResult, str] | None:
        """The result of one answer of the cluster and its source; None while it is being graded again."""
        for student in cluster.students:
            result = Store(self.course, assignment).load(student)
            exercises = result.exercises if result else ()
            found = next((e for e in exercises if e.name == cluster.exercise), None)
            if found is not None:
                cell = self.notebooks.cells(assignment, student).get(cluster.exercise)
                return found, cell.source if cell else ""
        return None

    def say(self, assignment: str, cluster: Cluster, text: str, by: str) -> None:
        """Gives a comment to the whole cluster; an empty one removes it.

        Raises:
            WorkspaceError: when it cannot be written down.
        """
        with self._lock:
            said = ClusterComment(exercise=cluster.exercise, behaviour=cluster.behaviour, text=text, by=by)
            self.comments.say(assignment, said)
            self._to_give.add(assignment)
        self.background.run(SECONDS)

    def deliver(self) -> bool:
        """Writes comments into the gradebook and the reports; False if something is left for later."""
        try:
            with self._lock:
                for assignment in sorted(self._to_give):
                    self._give(assignment)
                    self._to_give.discard(assignment)
                self._reports.write()
        except AutograderError as fault:
            self.gradebook.failed(fault)
            return False
        return True

    def _give(self, assignment: str) -> None:
        with Book(self.course.gradebook, self.course.course_id) as book:
            changed = self.comments.give(assignment, book, self.results.behaving(assignment))
        if changed:
            self._reports.add(assignment, changed)

    @property
    def waiting(self) -> bool:
        """Whether a comment is still on its way."""
        return bool(self._to_give or self._reports)

    def close(self) -> None:
        self.background.close()
        self.comments.log.close()


SECONDS = 5.0
"""How long a page waits for all reports of a cluster to be written."""
