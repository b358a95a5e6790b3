"""The pages of doubts."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.desk.doubts import IN_WORDS, Decision, Doubt, DoubtDesk, Finding, place_of
from autograder.desk.web.pages import Form, Names, form_of, go, link, page, session_of
from autograder.errors import AutograderError
from autograder.reports.student.findings import ReportFinding, findings


class DoubtPages:
    """The list of doubts, and one page for each."""

    def __init__(self, desk: DoubtDesk, names: Names) -> None:
        self.desk, self.names, self.course = desk, names, desk.course

    def routes(self) -> list[Route]:
        return [
            Route("/doubts", self.list, methods=["GET", "POST"]),
            Route("/doubts/{code}", self.doubt, methods=["GET", "POST"]),
            Route("/doubts/{code}/replay", self.replay, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """All doubts, and a form for a code."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._list, request, form)

    def _list(self, request: Request, form: Form | None) -> Response:
        fault = ""
        if form is not None:
            try:
                return go("doubts", self.desk.open(form.text("code"), form.text("words"), session_of(request).name))
            except AutograderError as refused:
                fault = str(refused)
        doubts = self.desk.all()
        return page(
            request,
            "doubts.html.j2",
            status=409 if fault else 200,
            doubts=doubts,
            fault=fault,
            typed={"code": form.text("code"), "words": form.text("words")} if form else {"code": "", "words": ""},
            who={doubt.code: self.names.shown(doubt.student, session_of(request)) for doubt in doubts},
            links={doubt.code: link("doubts", doubt.code) for doubt in doubts},
        )

    async def doubt(self, request: Request) -> Response:
        """One doubt, or what was decided on it."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._doubt, request, form)

    def _named(self, request: Request) -> Doubt:
        doubt = self.desk.doubt(request.path_params["code"])
        if doubt is None:
            raise HTTPException(404)
        return doubt

    def _doubt(self, request: Request, form: Form | None, fault: str = "") -> Response:
        doubt = self._named(request)
        if form is not None:
            fault = self._decided(doubt, form, session_of(request).name)
            if not fault:
                return go("doubts", doubt.code)
        found = self.desk.finding(doubt)
        replayed, same = self.desk.replays.get(doubt.code, (None, True))
        again = self.desk.finding(doubt, replayed) if replayed else None
        alike = self.desk.like(doubt) if doubt.exercise else ()
        return page(
            request,
            "doubt.html.j2",
            status=409 if fault else 200,
            doubt=doubt,
            fault=fault,
            typed={name: form.text(name) if form else "" for name in ("decision", "points", "words", "like")},
            who=self.names.shown(doubt.student, session_of(request)),
            found=_shown(found),
            exercise=found.exercise if found else None,
            again=_shown(again),
            now=again,
            same=same,
            source=self._source(doubt),
            row=self._row(doubt),
            alike=[self.names.shown(student, session_of(request)) for student in alike],
            fail_it=len(self.desk.like(doubt, same_test=True)) if found and found.test else 0,
            choices=IN_WORDS,
            trouble=self.desk.gradebook.trouble if doubt.unsettled else "",
        )

    def _source(self, doubt: Doubt) -> str:
        cell = self.desk.code.notebooks.cells(doubt.assignment, doubt.student).get(doubt.exercise)
        return cell.source if cell else ""

    def _row(self, doubt: Doubt) -> float | None:
        row = self.desk.gradebook.rows(doubt.assignment, place_of(doubt)).get(doubt.student)
        return row.score if row else None

    def _decided(self, doubt: Doubt, form: Form, by: str) -> str:
        """Carries a decision out; says what is wrong with it otherwise."""
        try:
            decision = Decision(form.text("decision"))
        except ValueError:
            return "Choose a decision."
        points = form.number("points") if form.text("points") else None
        found = self.desk.finding(doubt)
        most = found.exercise.max_score if found else 0.0
        if decision is Decision.points and (points is None or not 0 <= points <= most):
            return f"Enter the exercise's points, from 0 to {most:g}."
        try:
            self.desk.decide(doubt, decision, form.text("words"), by, points=points, like=bool(form.text("like")))
        except AutograderError as refused:
            return str(refused)
        return ""

    async def replay(self, request: Request) -> Response:
        """Grades the submission again."""
        return await run_in_threadpool(self._replay, request)

    def _replay(self, request: Request) -> Response:
        doubt = self._named(request)
        try:
            self.desk.replay(doubt, session_of(request).name)
        except AutograderError as refused:
            return self._doubt(request, None, str(refused))
        return go("doubts", doubt.code)


def _shown(found: Finding | None) -> tuple[ReportFinding, ...]:
    """The doubted test alone, or all of the exercise where its form is doubted."""
    every = findings(found.exercise) if found else ()
    if found is None or found.test is None:
        return every
    own = [each for each in every if found.test in each.tests]
    return tuple(replace(each, tests=(found.test,), open=True) for each in own)
