"""Whether a gradebook may have changed, at the price of looking at its files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa


def touched(url: str) -> tuple[tuple[str, int, int], ...] | None:
    """When SQLite's files were written last, and their sizes; None for a database without files of its own.

    Two equal answers mean that nothing was written in between.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    marks = []
    for end in ("", "-wal", "-journal"):
        with suppress(OSError):
            told = Path(parsed.database + end).stat()
            marks.append((end, told.st_mtime_ns, told.st_size))
    return tuple(marks)
