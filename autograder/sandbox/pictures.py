"""Whether the cell that runs now has its figures drawn, and how long that took. Needs no matplotlib to be imported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pictures:
    """What the runner and the renderer of figures share. ``seconds`` counts from the start of the cell."""

    wanted: bool = True
    seconds: float = 0.0
