"""The desk's application: its routes, and the answers to what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from autograder.course import Course
from autograder.desk.answers import Notebooks
from autograder.desk.clusters import CodeAnswers
from autograder.desk.doubts import DoubtDesk, open_ones
from autograder.desk.gradebook import Gradebook
from autograder.desk.web.code_pages import CodePages
from autograder.desk.web.doubt_pages import DoubtPages
from autograder.desk.web.guard import Access, Guard
from autograder.desk.web.pages import Names, css, form_of, go, page, script, session_of
from autograder.desk.web.written_pages import WrittenPages, columns
from autograder.desk.written import WrittenAnswers
from autograder.errors import AutograderError
from autograder.workspace.log import me


class Desk:
    """Everything that the desk of one course keeps open while it runs."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.gradebook = Gradebook(course)
        notebooks = Notebooks(course)
        self.written = WrittenAnswers(course, notebooks, self.gradebook)
        self.code = CodeAnswers(course, notebooks, self.gradebook)
        self.names = Names(course)
        self.code_pages = CodePages(self.code, self.names)
        self.doubts = DoubtDesk(course, self.code, self.gradebook)

    def close(self) -> None:
        """Writes what waits, if the gradebook answers, and closes everything."""
        self.written.close()
        self.code.close()
        self.doubts.close()
        self.gradebook.close()

    def application(self, access: Access) -> ASGIApp:
        """The application, behind its guard."""

        @asynccontextmanager
        async def living(app: Starlette) -> AsyncIterator[None]:
            await run_in_threadpool(self.written.background.run)  # what an earlier desk could not write
            await run_in_threadpool(self.code.background.run)
            await run_in_threadpool(self.doubts.background.run)
            yield
            await run_in_threadpool(self.close)

        routes = [
            Route("/", self.home),
            Route("/you", self.you, methods=["GET", "POST"]),
            Route("/desk.css", lambda request: Response(css(), media_type="text/css")),
            Route("/desk.js", lambda request: Response(script(), media_type="text/javascript")),
            *WrittenPages(self.written, self.names).routes(),
            *self.code_pages.routes(),
            *DoubtPages(self.doubts, self.names).routes(),
        ]
        handlers = {HTTPException: self.not_found, AutograderError: self.fault, Exception: self.fault}
        made = Starlette(routes=routes, exception_handlers=handlers, lifespan=living)
        return Guard(made, access)

    async def home(self, request: Request) -> Response:
        """What there is to do."""
        session = session_of(request)
        if not session.name:
            return go("you")
        written = await run_in_threadpool(columns, self.written, session.name)
        code = await run_in_threadpool(self.code_pages.overview)
        waiting = open_ones(await run_in_threadpool(self.doubts.all))
        return page(
            request,
            "home.html.j2",
            course=self.course,
            written=written,
            code=code,
            open_doubts=waiting,
            trouble=self.gradebook.trouble,
        )

    async def you(self, request: Request) -> Response:
        """Who grades, and how they want to see the answers."""
        session = session_of(request)
        if request.method == "GET":
            return page(request, "you.html.j2", suggested=session.name or me(), taken="")
        form = await form_of(request)
        of = min(20, max(1, int(form.number("of") or 1)))
        session.part = (min(of, max(1, int(form.number("part") or 1))), of)
        session.names, session.each = bool(form.text("names")), bool(form.text("each"))
        name = " ".join(form.text("name").split())[:40] or me()
        if name != session.name:
            again = form.text("again") == name
            if not await run_in_threadpool(self.written.take_seat, name, again=again):
                return page(request, "you.html.j2", status=409, suggested=name, taken=name)
            session.name = name
        return go("")

    async def not_found(self, request: Request, fault: Exception) -> Response:
        """An unknown address."""
        if not isinstance(fault, HTTPException) or fault.status_code != 404:
            return PlainTextResponse("The desk does not do this.\n", getattr(fault, "status_code", 400))
        text = "The desk has no such page. An assignment or a question may have been renamed."
        return page(request, "told.html.j2", status=404, title="Not found", text=text, back="/")

    async def fault(self, request: Request, fault: Exception) -> Response:
        """An error that the kit can explain; the terminal shows the rest."""
        known = isinstance(fault, AutograderError)
        text = str(fault) if known else "This is a mistake in the desk itself. What you decided before is kept."
        return page(request, "told.html.j2", status=503, title="This did not work", text=text, back="/")
