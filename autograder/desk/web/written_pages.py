"""The pages on which written answers are graded."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.desk.answers import WrittenQuestion
from autograder.desk.groups import same_text
from autograder.desk.guide import Guide, read_guide
from autograder.desk.markings import Question
from autograder.desk.rubric import MOST_ITEMS, Item, Rubric, score, total
from autograder.desk.web.guard import Session
from autograder.desk.web.pages import Form, Names, form_of, go, link, page, session_of
from autograder.desk.written import (
    AnswerView,
    ChangedMeanwhile,
    Decision,
    GroupView,
    RubricUndo,
    ScoreChange,
    WrittenAnswers,
)
from autograder.errors import AutograderError

MOST_SNIPPETS = 12


class WrittenPages:
    """The pages of all written questions."""

    def __init__(self, written: WrittenAnswers, names: Names) -> None:
        self.written, self.names, self.course = written, names, written.course

    def routes(self) -> list[Route]:
        """The addresses, all below ``/written/<assignment>/<question>``."""
        here = "/written/{assignment}/{question}"
        return [
            Route(here, self.start),
            Route(f"{here}/rubric", self.rubric, methods=["GET", "POST"]),
            Route(f"{here}/undo", self.undo, methods=["GET", "POST"]),
            Route(f"{here}/blank", self.blank, methods=["POST"]),
            Route(f"{here}/twice", self.twice, methods=["POST"]),
            Route(f"{here}/{{answer}}", self.answer, methods=["GET", "POST"]),
        ]

    def question(self, request: Request) -> WrittenQuestion:
        """The question that the address names."""
        assignment, name = request.path_params["assignment"], request.path_params["question"]
        if assignment in self.course.assignments:
            for question in self.written.questions(assignment):
                if question.name == name:
                    return question
        raise HTTPException(404)

    async def start(self, request: Request) -> Response:
        """The first answer that waits, or the first one."""
        return await run_in_threadpool(self._start, request)

    def _start(self, request: Request) -> Response:
        question, session = self.question(request), session_of(request)
        find = request.query_params.get("find", "")
        groups = self._chosen(question, session, find)
        if not groups:
            return page(request, "no_answers.html.j2", question=question, find=find, here=_here(question))
        first = next((group for group in groups if not group.is_done), groups[0])
        return go("written", question.assignment, question.name, self._id(first), find=find)

    async def answer(self, request: Request) -> Response:
        """One answer, or what an assistant decided on it."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._answer, request, form)

    def _answer(self, request: Request, form: Form | None) -> Response:
        question, session = self.question(request), session_of(request)
        find = request.query_params.get("find", "")
        groups = self._chosen(question, session, find)
        at = next(
            (i for i, g in enumerate(groups) if request.path_params["answer"] in map(self._view_id, g.answers)), None
        )
        if at is None:
            return go("written", question.assignment, question.name, find=find)
        if form is None:
            return self._page(request, question, groups, at)
        decision, fault = _decision(form, self._state(question).rubric), ""
        if decision is None:
            fault, decision = "The adjustment is not a number.", Decision(comment=form.text("comment"))
        else:
            try:
                students = [view.answer.student for view in groups[at].answers]
                self.written.mark(question, students, form.text("token"), decision, session.name)
                return go("written", question.assignment, question.name, self._id(groups[at]), find=find)
            except AutograderError as refused:
                fault = str(refused)
        groups = self._chosen(question, session, find)
        return self._page(request, question, groups, min(at, len(groups) - 1), typed=decision, fault=fault)

    def _page(
        self,
        request: Request,
        question: WrittenQuestion,
        groups: Sequence[GroupView],
        at: int,
        *,
        typed: Decision | None = None,
        fault: str = "",
    ) -> Response:
        session, find = session_of(request), request.query_params.get("find", "")
        group, state = groups[at], self._state(question)
        view, guide = group.first, self._guide(question)
        mine = typed or _typed(view)
        waiting = [i for i, each in enumerate(groups) if not each.is_done and i != at]
        after = next((i for i in waiting if i > at), waiting[0] if waiting else None)
        answers = [each for every in groups for each in every.answers]
        return page(
            request,
            "answer.html.j2",
            status=409 if fault else 200,
            question=question,
            group=group,
            view=view,
            mine=mine,
            fault=fault,
            rubric=state.rubric,
            reach=state.rubric.reach,
            sum=_sum(view, state, question),
            shown=self._shown_score(view, state, question),
            guide=guide,
            snippets=_snippets(guide, self.written.comments(question)),
            who=[self.names.shown(each.answer.student, session) for each in group.answers],
            mixed=len({_key(each) for each in group.answers}) > 1,
            second=state.second,
            agreement=self.written.agreement(question) if state.second and not view.hides_first else None,
            place=(at + 1, len(groups)),
            done=sum(each.is_done for each in answers),
            of=len(answers),
            blanks=sum(not each.is_done for every in groups if every.is_blank for each in every.answers),
            trouble=self.written.gradebook.trouble,
            pending=len(state.to_record()),
            find=find,
            here=_here(question),
            previous=self._link(question, groups[at - 1], find) if at else None,
            next=self._link(question, groups[at + 1], find) if at + 1 < len(groups) else None,
            ungraded=self._link(question, groups[after], find) if after is not None else None,
        )

    def _shown_score(self, view: AnswerView, state: Question, question: WrittenQuestion) -> float | None:
        """The points that this reader may see: their own, or those that count."""
        if view.mine is not None and (view.is_second or view.state.waits):
            return score(view.mine, state.rubric, question.points)
        return view.row.score if view.row and not view.hides_first and not view.row.waits else None

    async def undo(self, request: Request) -> Response:
        """Undoes a marking and shows its answer; a change of the rubric only after showing whose score changes."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._undo, request, form)

    def _undo(self, request: Request, form: Form | None) -> Response:
        question, reader = self.question(request), session_of(request).name
        place, back = ("written", question.assignment, question.name), _back(request, form)
        try:
            rubric = self.written.undo_of_rubric(question, reader)
            if form is None:
                return go(*place, back) if rubric is None else self._rubric_undo(request, question, rubric, back)
            version = int(form.number("version") or 0) if form.text("version") else None
            if rubric is not None and version is None:
                return go(*place, "undo", back=back)
            students = self.written.undo(question, reader, version)
        except ChangedMeanwhile as refused:
            return page(
                request, "told.html.j2", status=409, title="Not undone", text=str(refused), back=_here(question)
            )
        if rubric is not None:
            return go(*place, back)
        if not students:
            return page(request, "told.html.j2", title="Nothing to undo", text=_NOTHING, back=_here(question))
        return go(*place, self.names.hidden(students[0]))

    def _rubric_undo(self, request: Request, question: WrittenQuestion, undo: RubricUndo, back: str) -> Response:
        now, then = (
            {item.id: item for item in items} for items in (self.written.state(question).rubric.items, undo.items)
        )
        return page(
            request,
            "rubric_undo.html.j2",
            question=question,
            version=undo.version,
            items=[(now.get(each), then.get(each)) for each in dict.fromkeys([*then, *now])],
            changes=undo.changes,
            who=self._who(request, undo.changes),
            here=_here(question),
            back=back,
        )

    def _who(self, request: Request, changes: Sequence[ScoreChange]) -> Mapping[str, str]:
        return {each.student: self.names.shown(each.student, session_of(request)) for each in changes}

    async def blank(self, request: Request) -> Response:
        """Gives all blank answers 0 points at once."""
        return await run_in_threadpool(self._blank, request)

    def _blank(self, request: Request) -> Response:
        question, session = self.question(request), session_of(request)
        for group in self.written.groups(question, session.name):
            left = tuple(view for view in group.answers if not view.is_done)
            if group.is_blank and left:
                nothing = Decision(none=True, adjustment=-question.points * self._state(question).rubric.start)
                names = [view.answer.student for view in left]
                self.written.mark(question, names, GroupView(left, True).token, nothing, session.name)
        return go("written", question.assignment, question.name)

    async def twice(self, request: Request) -> Response:
        """Switches second reading on or off."""
        form = await form_of(request)
        question = self.question(request)
        await run_in_threadpool(self.written.read_twice, question, form.text("on") == "1", session_of(request).name)
        return go("written", question.assignment, question.name)

    async def rubric(self, request: Request) -> Response:
        """The rubric as a form; a change shows whose score it changes before it is made."""
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._rubric, request, form)

    def _rubric(self, request: Request, form: Form | None) -> Response:
        question, session = self.question(request), session_of(request)
        state = self._state(question)
        items, fault, changes = state.rubric.items, "", None
        version = state.rubric.version
        if form is not None:
            items, fault = _items(form)
            version = int(form.number("version") or 0)
            if not fault and form.text("sure") == "1":
                try:
                    self.written.change_rubric(question, version, items, session.name)
                    return go("written", question.assignment, question.name, form.text("back"))
                except AutograderError as refused:
                    fault, version = str(refused), state.rubric.version
            elif not fault:
                changes = self.written.preview(question, items)
        rows = [*items, *[Item(id="", text="", points=0.0)] * (MOST_ITEMS - len(items))]
        return page(
            request,
            "rubric.html.j2",
            status=409 if fault else 200,
            question=question,
            rows=rows,
            version=version,
            fault=fault,
            reach=Rubric(items=items).reach,
            changes=changes,
            who=self._who(request, changes or ()),
            here=_here(question),
            back=_back(request, form),
        )

    def _state(self, question: WrittenQuestion) -> Question:
        """What the log says; a question without a rubric gets the one of its marking guide."""
        state = self.written.state(question)
        items = self._guide(question).items
        if state.rubric.version == 0 and items:
            with suppress(ChangedMeanwhile):  # another desk did the same
                self.written.change_rubric(question, 0, items, "the marking guide")
            state = self.written.state(question)
        return state

    def _guide(self, question: WrittenQuestion) -> Guide:
        return read_guide(self.course.marking_path(question.name))

    def _chosen(self, question: WrittenQuestion, session: Session, find: str) -> Sequence[GroupView]:
        """The groups of this session's part of the work that hold what is searched for."""
        part, of = session.part
        groups = self.written.groups(question, session.name, each=session.each)
        if of > 1:
            groups = tuple(g for g in groups if int(g.answers[0].answer.hash[:8], 16) % of == part - 1)
        return tuple(g for g in groups if self._holds(g, find, session)) if find else groups

    def _holds(self, group: GroupView, find: str, session: Session) -> bool:
        words = same_text(find).casefold()
        texts = [same_text(group.first.answer.text), *(r.comment for v in group.answers if (r := v.mine))]
        texts += [self.names.shown(view.answer.student, session) for view in group.answers]
        return any(words in text.casefold() for text in texts)

    def _view_id(self, view: AnswerView) -> str:
        return self.names.hidden(view.answer.student)

    def _id(self, group: GroupView) -> str:
        return self._view_id(group.answers[0])

    def _link(self, question: WrittenQuestion, group: GroupView, find: str) -> str:
        return link("written", question.assignment, question.name, self._id(group), find=find)


_NOTHING = "You have not graded anything here yet, or you have taken it all back."


def _back(request: Request, form: Form | None) -> str:
    """The answer from which somebody came."""
    return form.text("back") if form else request.query_params.get("back", "")


def _here(question: WrittenQuestion) -> str:
    return link("written", question.assignment, question.name)


def _typed(view: AnswerView) -> Decision:
    """What the form holds at first: this reader's own reading, or what was entered in formgrader."""
    mine = view.mine
    if mine is None:
        comment = view.row.held.comment if view.row and not view.hides_first else ""
        return Decision(comment=comment)
    return Decision(mine.items, mine.none, mine.adjustment, mine.comment)


def _key(view: AnswerView) -> object:
    """What makes two equal answers look the same on a page."""
    row = None if view.hides_first or view.row is None else (view.row.score, view.row.held.comment, view.row.waits)
    return row, _typed(view), view.is_done


def _sum(view: AnswerView, state: Question, question: WrittenQuestion) -> float | None:
    """What the items and the adjustment add up to, where that is not what counts."""
    if view.mine is None:
        return None
    found = total(view.mine, state.rubric, question.points)
    return found if found is not None and not 0 <= found <= question.points else None


def _decision(form: Form, rubric: Rubric) -> Decision | None:
    """What the form says; None if the adjustment is not a number."""
    adjustment = form.number("adjustment")
    if adjustment is None:
        return None
    chosen = form.all("item")
    items = tuple(item.id for item in rubric.items if item.id in chosen)
    return Decision(items, bool(form.text("none")) and not items, adjustment, form.text("comment"))


def _snippets(guide: Guide, used: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*used, *guide.comments]))[:MOST_SNIPPETS]


def _items(form: Form) -> tuple[tuple[Item, ...], str]:
    """The rubric in a form, and what is wrong with it."""
    rows: list[Item] = []
    for name, text, worth in zip(form.all("id"), form.all("text"), form.all("points"), strict=False):
        words, row = " ".join(text.split())[:500], Form({"points": [worth]})
        points = row.number("points")
        if points is None:
            return tuple(rows), f"'{worth[:40]}' is not a number of points."
        if words:
            rows.append(Item(id=name[:40] or f"item-{secrets.token_hex(4)}", text=words, points=points))
        elif points:
            return tuple(rows), f"An item of {points:g} points needs a text."
    if len({item.id for item in rows}) < len(rows):
        return tuple(rows), "Two items of this form are the same one; load the page again."
    return tuple(rows[:MOST_ITEMS]), ""


def columns(written: WrittenAnswers, reader: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """By assignment, its written questions with how far grading got."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for assignment in written.course.assignments:
        for question in written.questions(assignment):
            views = [view for group in written.groups(question, reader) for view in group.answers]
            done = sum(view.is_done for view in views)
            found.setdefault(assignment, []).append(
                {"question": question, "done": done, "of": len(views), "link": _here(question)}
            )
    return found
