"""Runs the desk on this machine's loopback, and opens the browser without showing the token to other users."""

from __future__ import annotations

import os
import socket
import tempfile
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path

import uvicorn

from autograder.course import Course
from autograder.desk.web.app import Desk
from autograder.desk.web.guard import Access
from autograder.errors import WorkspaceError

HOST = "127.0.0.1"


def serve(course: Course, *, port: int, ready: Callable[[str], None], browse: bool) -> None:
    """Serves the desk until Ctrl-C or SIGTERM. ``ready`` hears the address, which holds the token.

    Raises:
        WorkspaceError: when the port is taken.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as fault:
            raise WorkspaceError(course.workspace, f"port {port} cannot be used: {fault.strerror}") from None
        number = listener.getsockname()[1]
        access = Access(cookie=f"desk-{number}")  # cookies of one host know no ports
        address = f"http://{HOST}:{number}/enter?token={access.token}"
        settings = uvicorn.Config(Desk(course).application(access), log_level="error", access_log=False)
        with tempfile.TemporaryDirectory(prefix="desk-") as folder:
            listener.listen()
            ready(address)
            if browse:
                _open(address, Path(folder))
            uvicorn.Server(settings).run(sockets=[listener])


def _open(address: str, folder: Path) -> None:
    """Opens the browser on a file that only this user can read: everybody sees what is on a command line."""
    file = folder / "desk.html"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(
            f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(address)}"><title>Desk</title>'
        )
    webbrowser.open(file.as_uri())
