"""The bench's picture: a bar for each contender."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.race import Measured

COLOURS = {"engine": "#0072B2", "rival": "#D55E00", "floor": "#999999"}


def draw(measured: Sequence[Measured], path: Path) -> None:
    """Writes the rates as an SVG file without a date, so that equal figures make equal files."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif"})
    rows = list(reversed(measured))
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(rows) + 0.8), layout="constrained")
    bars = axes.barh([m.contender.name for m in rows], [m.rate for m in rows])
    for bar, m in zip(bars, rows, strict=True):
        bar.set_color(COLOURS[m.contender.kind])
    axes.bar_label(bars, [f"{m.rate:.2f}" for m in rows], padding=4)
    axes.set_xlabel("submissions a second")
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Title": "Submissions a second, by contender"})
    plt.close(figure)
