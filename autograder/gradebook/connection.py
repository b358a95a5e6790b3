"""Opens the gradebook's database, and turns its errors into sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from autograder.errors import GradebookError, NoGradebookError
from autograder.gradebook.tables import ASSIGNMENT
from autograder.gradebook.writer import BUILD

CONNECT_SECONDS = 15
CACHE_KIB = 32_000
"""How much of its file SQLite keeps in memory; its default of 2 MB is reread for each batch in a large class."""


def refuse_foreign_gradebook(url: str, course_id: str) -> None:
    """Raises `GradebookError` if the database belongs to another course. One that does not exist yet is fine.

    nbgrader itself adds its course to any database it opens, so check first.
    """
    try:
        engine = open_engine(url)
    except NoGradebookError:
        return
    try:
        with explained(shown(url)), engine.connect() as connection:
            if sa.inspect(connection).has_table("assignment"):
                must_be_of_course(connection, shown(url), course_id)
    finally:
        engine.dispose()


def must_be_of_course(connection: sa.Connection, url: str, course_id: str) -> None:
    """Raises `GradebookError` if only other courses have assignments in the database."""
    courses = sorted(connection.scalars(sa.select(ASSIGNMENT.c.course_id).distinct()))
    if courses and course_id not in courses:
        raise GradebookError(url, f"belongs to another course: '{courses[0]}', not '{course_id}'")


def open_engine(url: str) -> sa.Engine:
    """An engine; a missing database file is reported, not created."""
    try:
        parsed = sa.make_url(url)
        file = parsed.database if parsed.get_backend_name() == "sqlite" else None
        if file and file != ":memory:" and not Path(file).is_file():
            raise NoGradebookError(shown(url), f"there is no such file: {BUILD}")
        if file and Path(file).is_symlink():  # it may have been planted; course.yml can name the real path instead
            raise GradebookError(shown(url), "is a symbolic link: put the path of the file itself into course.yml")
        engine = sa.create_engine(parsed, connect_args=_patience(parsed))
        if file:
            sa.event.listen(engine, "connect", lambda opened, _: opened.execute(f"PRAGMA cache_size = -{CACHE_KIB}"))
        return engine
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise GradebookError(shown(url), f"cannot be used: {error}") from error


def _patience(url: sa.URL) -> dict[str, Any]:
    """A connection timeout: libpq waits for a silent host as long as the system does, which is minutes."""
    waits = url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query
    return {"connect_timeout": CONNECT_SECONDS} if waits else {}


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turns the database's own errors into a sentence."""
    try:
        yield
    except DBAPIError as error:
        raise GradebookError(url, _why(str(error.orig))) from error
    except SQLAlchemyError as error:
        raise GradebookError(url, f"cannot be used: {error}") from error


def _why(message: str) -> str:
    if "locked" in message:
        return "is locked by another program: close what writes to it, and try again"
    if "not a database" in message or "malformed" in message:
        return f"is not a gradebook, or is damaged ({message})"
    missing = re.search(r'(database|role) ("[^"]*") does not exist', message)
    if missing:
        return f"there is no {missing[1]} {missing[2]} on the server: create it first"
    if "authentication failed" in message:
        return f"refuses this user or password ({' '.join(message.split())})"
    if "no password supplied" in message:
        return "asks for a password: put it into ~/.pgpass or the variable PGPASSWORD"
    if re.search(r"resolve host|translate host|Name or service not known", message):
        return f"there is no such host: check its name in course.yml ({' '.join(message.split())})"
    if re.search(r"server running|Connection refused|server closed|terminating connection|timeout expired", message):
        return f"does not answer: start the database server, and try again ({' '.join(message.split())})"
    if "no such column" in message or "no such table" in message or "does not exist" in message:
        return f"was made by another version of nbgrader: run `nbgrader db upgrade` ({message})"
    if "readonly" in message or "unable to open" in message:
        return f"cannot be written ({message})"
    return f"cannot be used ({message.strip()})"


def shown(url: str) -> str:
    """The URL without its password."""
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url


def touched(url: str) -> tuple[tuple[str, int, int], ...] | None:
    """When SQLite's files were last written, and their sizes; None for a database without files.

    Two equal answers mean that nothing was written in between.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    marks = []
    for end in ("", "-wal", "-journal"):
        with suppress(OSError):
            status = Path(parsed.database + end).stat()
            marks.append((end, status.st_mtime_ns, status.st_size))
    return tuple(marks)
