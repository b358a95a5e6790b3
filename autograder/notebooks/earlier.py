"""What each cell contained in earlier releases, so that their text is never taken for a student's change."""

from __future__ import annotations

from typing import Any

import msgspec


class EarlierCell(msgspec.Struct, frozen=True):
    """A cell in one release; ``marks`` are the parts of nbgrader's metadata in which it must not differ."""

    kind: str
    source: str
    marks: dict[str, Any]


class Earlier(msgspec.Struct, frozen=True):
    """All releases of an assignment: what each cell contained, which cells each had, and newer names by older ones.

    ``texts`` are those without code and without a mark, such as a description: what an older notebook holds of them is
    ours too.
    """

    cells: dict[str, list[EarlierCell]] = {}
    releases: list[list[str]] = []
    renamed: dict[str, str] = {}
    texts: list[str] = []

    @property
    def differ(self) -> bool:
        """Whether there was ever another release than the newest."""
        return len(self.releases) > 1 or any(len(found) > 1 for found in self.cells.values())

    def newest_name(self, name: str) -> str:
        """What a cell is called in the newest release."""
        for _ in self.renamed:
            name = self.renamed.get(name, name)
        return name
