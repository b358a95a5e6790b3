"""Who may talk to the desk: browsers on this machine that were given the token, from the desk's own pages.

The pages show what students wrote, beside names and scores. So every answer carries a policy that lets nothing run,
load or be framed but the desk's own; a page of another site can neither read nor post, whatever name it gives itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN_PATHS = frozenset({"/desk.css", "/desk.js"})
MOST_BYTES = 1_000_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ENTER = "To use the desk, open the address that `autograder desk` printed in its terminal: it holds the token.\n"


@dataclass
class Session:
    """One browser at the desk: who sits there, and how they want to see the answers.

    ``part`` is (which, of how many) where work is split. Names are hidden unless ``names`` is set, equal answers are
    together unless ``each`` is set.
    """

    name: str = ""
    names: bool = False
    each: bool = False
    part: tuple[int, int] = (1, 1)


@dataclass
class Access:
    """The token, and the sessions of those who had it."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    sessions: dict[str, Session] = field(default_factory=dict)
    cookie: str = "desk"

    def enter(self, token: str) -> str | None:
        """A new session's id for the right token."""
        if not secrets.compare_digest(token.encode(), self.token.encode()):
            return None
        session = secrets.token_urlsafe(32)
        self.sessions[session] = Session()
        return session

    def session(self, header: str) -> Session | None:
        """Whose session the cookies name."""
        try:
            found = SimpleCookie(header).get(self.cookie)
        except CookieError:
            return None
        return self.sessions.get(found.value) if found else None


class Guard:
    """Stands before the application: refuses foreign hosts and origins, asks for the token, sets the headers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers by itself where it refuses."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._refusal(scope) or self._entrance(scope)
        await (answer or self.app)(scope, receive, sealed)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in HOSTS:
            return PlainTextResponse("This desk answers under 127.0.0.1 and localhost only.\n", 421)
        if scope["method"] in ("GET", "HEAD"):
            return None
        if headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Only the desk's own pages may send this.\n", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return PlainTextResponse("That is too much at once.\n", 413)
        return None

    def _entrance(self, scope: Scope) -> Response | None:
        if scope["path"] == "/enter":
            given = parse_qs(scope["query_string"].decode("ascii", "replace")).get("token", [""])
            entered = self.access.enter(given[0])
            if entered is None:
                return PlainTextResponse(ENTER, 403)
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(self.access.cookie, entered, httponly=True, samesite="lax", path="/")
            return welcome
        if scope["path"] in OPEN_PATHS:
            return None
        cookies: Iterable[str] = Headers(scope=scope).getlist("cookie")
        session = self.access.session("; ".join(cookies))
        if session is None:
            return PlainTextResponse(ENTER, 403)
        scope["session"] = session
        return None


def _name(host: str) -> str:
    """The host without its port."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else host
