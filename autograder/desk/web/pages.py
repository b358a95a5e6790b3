"""What the desk's pages share: templates, forms, links, and names that are hidden unless they are asked for."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from autograder.course import Course
from autograder.desk.web.guard import Session
from autograder.reports.html import environment
from autograder.reports.markdown import rendered
from autograder.reports.student.page import FOLDER, STYLE, add_value_tests
from autograder.text import clean
from autograder.workspace.signing import secret_of

HERE = Path(__file__).parent / "templates"
LONGEST_TEXT = 10_000
"""Longest comment or text that can be entered."""


def css() -> str:
    """The reports' style sheet and the desk's own, which says only what differs."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (STYLE, HERE / "desk.css"))


def script() -> str:
    return (HERE / "desk.js").read_text(encoding="utf-8")


_TEMPLATES = add_value_tests(environment([HERE, FOLDER], [], max_frames=30))


def _markdown(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """A Markdown text as HTML; guides, rubrics and answers that are shown again are not rendered again."""
    return rendered(source, attachments) if attachments else _without_pictures(source)


_without_pictures = functools.lru_cache(maxsize=512)(rendered)
_TEMPLATES.filters.update(markdown=_markdown, clean=clean)


def page(request: Request, template: str, *, status: int = 200, **names: Any) -> HTMLResponse:
    """A page made of a template; ``session`` is there in each of them."""
    html = _TEMPLATES.get_template(template).render(session=session_of(request), path=request.url.path, **names)
    return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)


def session_of(request: Request) -> Session:
    """Who asks."""
    found: Session = request.scope["session"]
    return found


def go(*parts: str, **query: str) -> RedirectResponse:
    """Sends the browser on to another page of the desk."""
    return RedirectResponse(link(*parts, **query), 303)


def link(*parts: str, **query: str) -> str:
    """The address of a page of the desk, whatever is in its parts.

    >>> link("written", "neuron", "why"), link("a/b", find="x y")
    ('/written/neuron/why', '/a%2Fb?find=x%20y')
    """
    given = "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items() if value)
    return "/" + "/".join(quote(part, safe="") for part in parts) + (f"?{given}" if given else "")


class Form:
    """What a form sent, as text; each field bounded."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def text(self, name: str, default: str = "") -> str:
        """The field's text, with the line breaks of this system."""
        found = self._fields.get(name, [default])[0]
        return found.replace("\r\n", "\n").strip()[:LONGEST_TEXT]

    def all(self, name: str) -> tuple[str, ...]:
        """All values under that name."""
        return tuple(self._fields.get(name, ()))

    def number(self, name: str) -> float | None:
        """The field as a finite number; None where it holds none, 0 where it is empty."""
        text = self.text(name).replace(",", ".")
        try:
            number = float(text or 0.0)
        except ValueError:
            return None
        return round(number, 6) if abs(number) < 1e6 else None


async def form_of(request: Request) -> Form:
    """What the browser sent."""
    data = await request.body()
    return Form(parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=5_000))


class Names:
    """Pseudonyms for the students that stay the same but reveal nothing."""

    def __init__(self, course: Course) -> None:
        self._key = hmac.digest(secret_of(course), b"names at the desk", "sha256")
        self._known: dict[str, str] = {}

    def hidden(self, student: str) -> str:
        """Eight digits that stand for a student."""
        if student not in self._known:
            self._known[student] = hmac.digest(self._key, student.encode("utf-8", "replace"), "sha256").hex()[:10]
        return self._known[student]

    def shown(self, student: str, session: Session) -> str:
        """What a page calls a student."""
        return clean(student, 100) if session.names else f"answer {self.hidden(student)}"
