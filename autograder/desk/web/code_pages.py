"""The pages of wrong answers in code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.desk.clusters import Cluster, CodeAnswers, ExerciseClusters
from autograder.desk.known_mistake import Draft, fit_answer, write_mistake
from autograder.desk.web.pages import Form, Names, form_of, go, link, page, session_of
from autograder.errors import AutograderError
from autograder.reports.student.findings import findings
from autograder.workspace.context import load_release


class CodePages:
    """The pages of all exercises."""

    def __init__(self, code: CodeAnswers, names: Names) -> None:
        self.code, self.names, self.course = code, names, code.course

    def routes(self) -> list[Route]:
        """The addresses, all below ``/code/<assignment>``."""
        here = "/code/{assignment}/{exercise}"
        return [
            Route(here, self.exercise),
            Route(f"{here}/{{cluster}}", self.cluster, methods=["GET", "POST"]),
            Route(f"{here}/{{cluster}}/mistake", self.mistake, methods=["GET", "POST"]),
        ]

    def overview(self) -> Mapping[str, Sequence[ExerciseClusters]]:
        """By assignment, its exercises with wrong answers."""
        graded = [name for name in self.course.assignments if self.course.results_dir(name).is_dir()]
        return {name: found for name in graded if (found := self.code.exercises(name))}

    async def exercise(self, request: Request) -> Response:
        """All clusters of one exercise, the largest first."""
        return await run_in_threadpool(self._exercise, request)

    def _exercise(self, request: Request) -> Response:
        assignment, name = self._named(request)
        found = next((each for each in self.code.exercises(assignment) if each.name == name), None)
        if found is None:
            text = "No answer to this exercise is wrong, or nobody has been graded yet."
            return page(request, "told.html.j2", title="Nothing wrong here", text=text, back="/")
        return page(
            request, "exercise.html.j2", assignment=assignment, exercise=found, here=link("code", assignment, name)
        )

    def _named(self, request: Request) -> tuple[str, str]:
        assignment, exercise = request.path_params["assignment"], request.path_params["exercise"]
        if assignment not in self.course.assignments:
            raise HTTPException(404)
        return assignment, exercise

    async def cluster(self, request: Request) -> Response:
        """One cluster, with an example, and what is said to all of it."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._cluster, request, form)

    def _cluster(self, request: Request, form: Form | None) -> Response:
        assignment, exercise = self._named(request)
        cluster = self.code.cluster(assignment, exercise, request.path_params["cluster"])
        if cluster is None:
            return go("code", assignment, exercise)
        fault = ""
        if form is not None and cluster.behaviour:
            try:
                self.code.say(assignment, cluster, form.text("comment"), session_of(request).name)
                return go("code", assignment, exercise, cluster.key)
            except AutograderError as refused:
                fault = str(refused)
        return self._shown(request, assignment, cluster, form.text("comment") if form else cluster.comment, fault)

    def _shown(self, request: Request, assignment: str, cluster: Cluster, comment: str, fault: str) -> Response:
        example, session = self.code.example(assignment, cluster), session_of(request)
        return page(
            request,
            "cluster.html.j2",
            status=409 if fault else 200,
            assignment=assignment,
            cluster=cluster,
            title=cluster.answers[0].title,
            comment=comment,
            fault=fault,
            findings=findings(example[0]) if example else (),
            source=example[1] if example else "",
            who=[self.names.shown(student, session) for student in cluster.students],
            trouble=self.code.gradebook.trouble if self.code.waiting else "",
            waiting=self.code.waiting,
            here=link("code", assignment, cluster.exercise),
        )

    async def mistake(self, request: Request) -> Response:
        """A form that makes a cluster a known mistake."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._mistake, request, form)

    def _mistake(self, request: Request, form: Form | None) -> Response:
        assignment, exercise = self._named(request)
        cluster = self.code.cluster(assignment, exercise, request.path_params["cluster"])
        example = self.code.example(assignment, cluster) if cluster else None
        if cluster is None or example is None or not cluster.is_written:
            return go("code", assignment, exercise)
        exercises, fault, added = frozenset(load_release(self.course, assignment).exercises), "", ""
        draft = Draft(
            exercise=exercise,
            name=re.sub(r"\W+", "_", form.text("name")) if form else "",
            misconception=form.text("misconception") if form else "",
            hint=form.text("hint") if form else cluster.comment,
            answer=example[1],
        )
        try:
            fit_answer(self.course, assignment, exercise, draft.answer, exercises)
            if form is not None:
                added = write_mistake(self.course, assignment, draft, exercises)
        except AutograderError as refused:
            fault = str(refused)
        return page(
            request,
            "mistake.html.j2",
            status=409 if fault and form else 200,
            assignment=assignment,
            cluster=cluster,
            title=cluster.answers[0].title,
            draft=draft,
            fault=fault,
            added=added,
            file=self.course.mistakes_path(assignment).relative_to(self.course.root),
            here=link("code", assignment, exercise),
        )
