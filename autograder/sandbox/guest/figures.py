"""Renders figures as Jupyter's inline backend does, in one drawing where matplotlib's own way takes two.

With ``bbox_inches="tight"`` matplotlib draws a figure once to learn what it covers, and again to keep it. Here it is
drawn once and the picture is cropped; only a figure that reaches over its own edges goes matplotlib's way.
"""

from __future__ import annotations

import base64
import struct
import time
import zlib
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from autograder.sandbox.guest.runner import Pictures

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LEVEL = 1  # of zlib: the fastest that compresses


def encode_png(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """The file of a picture: ``pixels`` of shape (rows, columns, 4), from the top left, red, green, blue and alpha."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)  # eight bits a channel, with alpha, not interlaced
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.data, LEVEL)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


DPI = 72.0  # a modest size: executed notebooks are looked at, not printed
PADDING = 0.1  # inches around what is drawn, as savefig.pad_inches has it


def use_for(shell: Any, pictures: Pictures) -> None:
    """Makes the shell render figures this way if they are wanted at all, and counts how long it takes."""
    formatter = shell.display_formatter.formatters["image/png"]
    usual = formatter.lookup_by_type(Figure)

    def picture(figure: Figure) -> Any:
        if not pictures.wanted:
            return None
        start = time.perf_counter()
        try:
            return render(figure) or usual(figure)
        finally:
            pictures.seconds += time.perf_counter() - start

    formatter.for_type(Figure, picture)
    _draw_once(shell)


def _draw_once(shell: Any) -> None:
    """After a cell, pyplot draws what is open; then the inline backend shows that, and draws it again. Once will do.

    `plt.ioff()` takes away the callback that pyplot has under this name, so that another one has to be there.
    """
    name, after = "_draw_all_if_interactive", "post_execute"
    drawing = vars(pyplot).get(name)
    if drawing in shell.events.callbacks[after]:
        shell.events.unregister(after, drawing)
        vars(pyplot)[name] = _draw_nothing
        shell.events.register(after, _draw_nothing)


def _draw_nothing() -> None:
    """Replaces pyplot's own drawing."""


def render(figure: Figure) -> str | None:
    """The figure as PNG in base64, cropped to what is drawn; None if something is drawn up to its edges."""
    canvas: Any = figure.canvas
    if FigureCanvasAgg not in type(canvas).__mro__:
        return None
    figure.dpi = min(figure.dpi, DPI)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba()).view(np.uint32)[..., 0]  # a pixel is one number, which compares at once
    background = picture[0, 0]
    drawn = picture != background
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not rows.size or drawn[[0, -1]].any() or drawn[:, [0, -1]].any():
        return None
    cropped = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    border = round(PADDING * figure.dpi)
    framed = np.full((cropped.shape[0] + 2 * border, cropped.shape[1] + 2 * border, 1), background)
    framed[border:-border, border:-border, 0] = cropped
    return base64.b64encode(encode_png(framed.view(np.uint8))).decode("ascii")
