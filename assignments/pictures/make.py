"""Draws the notebooks' pictures: `python assignments/pictures/make.py` writes each function's picture as a PNG here.

All have one style: ink and four colours on a light card of their own, so that they can be read on a dark page too, and
letters large enough for a phone. What a picture shows stands once more in the notebook, as its alternative text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Curve
from PIL import Image

HERE = Path(__file__).parent
CARD, INK, SOFT, LINE = "#FBFAF6", "#1F2A33", "#5B6770", "#A9B2B9"
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#C24E00", "#00785A", "#8A3F78"
PALE = {BLUE: "#D9EBF7", ORANGE: "#FBE3D3", GREEN: "#D5EFE6", PURPLE: "#F1DFEC", INK: "#E9EDF0"}
WIDTH, DPI, TEXT = 6.4, 140, 14

Point = tuple[float, float]


def card(height: float) -> Axes:
    """A light card 100 units wide; ``height`` is its height in the same units."""
    figure = plt.figure(figsize=(WIDTH, WIDTH * height / 100), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 100), ylim=(0, height))
    axes.axis("off")
    style = "round,pad=0,rounding_size=2.5"
    axes.add_patch(FancyBboxPatch((0.6, 0.6), 98.8, height - 1.2, boxstyle=style, facecolor=CARD, edgecolor="#D6D2C6"))
    return axes


def word(axes: Axes, at: Point, text: str, color: str = INK, size: float = TEXT, **more: Any) -> None:
    """A text around a point, unless ``ha`` or ``va`` say otherwise."""
    axes.text(
        *at,
        text,
        **{"ha": "center", "va": "center", "zorder": 9, "linespacing": 1.15, **more},
        color=color,
        fontsize=size,
    )


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    color: str = INK,
    width: float = 2,
    bend: float = 0,
    style: str = "-|>",
    **more: Any,
) -> None:
    """An arrow, which ``bend`` makes a bow."""
    head = style if style == "-" else f"{style},head_length=0.45,head_width=0.22"
    looks = {"linewidth": width, "color": color, "zorder": 3, "shrinkA": 0, "shrinkB": 0, **more}
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle=head, mutation_scale=16, connectionstyle=f"arc3,rad={bend}", **looks)
    )


def box(axes: Axes, centre: Point, size: Point, text: str, color: str = INK, letters: float = TEXT) -> None:
    """A box with rounded corners and a text in it."""
    (x, y), (width, height) = centre, size
    style = "round,pad=0,rounding_size=1.6"
    corner = (x - width / 2, y - height / 2)
    axes.add_patch(
        FancyBboxPatch(
            corner, width, height, boxstyle=style, facecolor=PALE[color], edgecolor=color, linewidth=2, zorder=4
        )
    )
    word(axes, centre, text, color, letters)


def neuron(
    axes: Axes, at: Point, color: str = BLUE, text: str = "", radius: float = 3.4, letters: float = TEXT
) -> None:
    """A round neuron."""
    axes.add_patch(Circle(at, radius, facecolor=PALE[color], edgecolor=color, linewidth=2, zorder=5))
    word(axes, at, text, color, letters)


def column(x: float, count: int, middle: float, gap: float) -> list[Point]:
    """The places of ``count`` neurons above one another, the first at the top."""
    return [(x, middle + gap * ((count - 1) / 2 - k)) for k in range(count)]


def connect(
    axes: Axes,
    left: Sequence[Point],
    right: Sequence[Point],
    radius: float = 3.4,
    color: str = LINE,
    width: float = 1.3,
) -> None:
    """A line from each of the one to each of the other."""
    for x1, y1 in left:
        for x2, y2 in right:
            axes.plot(
                [x1 + radius, x2 - radius], [y1, y2], color=color, linewidth=width, zorder=2, solid_capstyle="round"
            )


def limb(axes: Axes, points: Sequence[Point], color: str, width: float, zorder: float = 2) -> None:
    """A smooth curve through a start, two handles and an end, as nerve fibres are."""
    codes = [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4]
    axes.add_patch(
        PathPatch(
            Curve(points, codes), facecolor="none", edgecolor=color, linewidth=width, capstyle="round", zorder=zorder
        )
    )


ARMS = [
    [(33, 30), (26, 34), (22, 38), (13, 41)],
    [(24, 35.5), (20, 34), (17, 33.5), (12, 33)],
    [(32, 26), (25, 26), (20, 25), (12, 24.5)],
    [(22, 25.4), (18, 22), (16, 19.5), (13, 17.5)],
    [(34, 22), (29, 17), (27, 12), (25.5, 8.6)],
    [(27.5, 15), (23, 14.5), (18, 13), (12, 11.5)],
]
ENDS = [
    [(80, 26), (85, 27), (87, 33), (91, 35)],
    [(80, 26), (85, 26), (88, 26), (92, 26)],
    [(80, 26), (85, 25), (87, 19), (91, 17)],
]


def cell(axes: Axes, body: str, sleeve: str, edge: str) -> None:
    """The nerve cell of two pictures: arms on the left, the body, the long axon with its sleeve, and its ends."""
    for number, arm in enumerate(ARMS):
        limb(axes, arm, edge, 7 if number in (0, 2, 4) else 5)
        limb(axes, arm, body, 4 if number in (0, 2, 4) else 2.4, zorder=2.2)
    limb(axes, [(42, 26), (55, 26), (70, 26), (80, 26)], edge, 7)
    for end in ENDS:
        limb(axes, end, edge, 5)
        axes.add_patch(Circle(end[3], 1.3, facecolor=edge, edgecolor=edge, zorder=2))
    angles = np.linspace(0, 2 * np.pi, 60)
    radius = 8.2 + 0.9 * np.cos(3 * angles + 0.6)
    outline = np.column_stack([38 + radius * np.cos(angles), 26 + radius * np.sin(angles)])
    axes.add_patch(Polygon(outline, facecolor=body, edgecolor=edge, linewidth=2, zorder=2.1))
    for x in (52, 61, 70):
        style = "round,pad=0,rounding_size=1.6"
        axes.add_patch(
            FancyBboxPatch(
                (x, 23.9), 7.4, 4.2, boxstyle=style, facecolor=sleeve, edgecolor=edge, linewidth=1.6, zorder=2.3
            )
        )


def nerve_cell() -> None:
    """A nerve cell with the names of its parts."""
    axes = card(54)
    cell(axes, PALE[BLUE], PALE[GREEN], BLUE)
    axes.add_patch(Circle((38, 26), 3, facecolor=BLUE, edgecolor="none", zorder=3))
    for _, _, _, (x, y) in ARMS:  # where other cells touch it
        axes.plot([x - 6.5, x - 1.9], [y, y], color=ORANGE, linewidth=3, zorder=2, solid_capstyle="round")
        axes.add_patch(Circle((x - 1.6, y), 1.2, facecolor=ORANGE, edgecolor="none", zorder=3))
    labels = [
        ((22, 49), "dendrites", BLUE, (20.5, 39)),
        ((42, 44), "cell body", BLUE, (39.5, 34)),
        ((65, 39), "axon", BLUE, (65, 28.8)),
        ((84, 44), "axon terminals", BLUE, (90.5, 37)),
        ((9.5, 4.2), "synapses", ORANGE, (10.2, 10)),
        ((42, 9), "nucleus", BLUE, (39, 22.6)),
    ]
    for at, text, color, target in labels:
        word(axes, at, text, color, weight="bold")
        down = at[1] > target[1]
        axes.plot([at[0], target[0]], [at[1] + (-2.4 if down else 2.4), target[1]], color=SOFT, linewidth=1.2, zorder=8)
    arrow(axes, (56, 13), (88, 13), SOFT, 2.2)
    word(axes, (72, 8.6), "the pulse travels this way", SOFT, 12)


def artificial_neuron() -> None:
    """The model, drawn over a pale nerve cell, each part over the one that it stands for."""
    axes = card(58)
    cell(axes, "#EFEDE6", "#EFEDE6", "#DFDBD0")
    places = [(9, 42), (9, 26), (9, 10)]
    for (x, y), name, weight, at in zip(places, "12D", "12D", [(23.5, 38.2), (20.5, 28.8), (23.5, 14)], strict=True):
        arrow(axes, (x + 3.6, y), (31.2, 26 + (y - 26) * 0.22), ORANGE, 2.4)
        neuron(axes, (x, y), PURPLE, f"$x_{name}$", 3.8, 15)
        word(axes, at, f"$w_{weight}$", ORANGE, 16)
    word(axes, (9, 18.4), "⋮", PURPLE, 16)
    neuron(axes, (38, 26), BLUE, "$\\Sigma$", 6.6, 26)
    arrow(axes, (38, 43.5), (38, 33), ORANGE, 2.4)
    word(axes, (38, 46.4), "$b$", ORANGE, 17)
    arrow(axes, (44.8, 26), (60.4, 26), BLUE, 2.4)
    word(axes, (52, 29.2), "$z$", BLUE, 17)
    box(axes, (67, 26), (12.6, 12), "", GREEN)
    axes.plot([62.5, 67, 67, 71.5], [23, 23, 29, 29], color=GREEN, linewidth=3, zorder=6)
    arrow(axes, (73.6, 26), (87.2, 26), GREEN, 2.4)
    neuron(axes, (91.4, 26), PURPLE, "$a$", 3.8, 16)
    captions = [
        ((9, 52), "signals", PURPLE),
        ((23.5, 52), "weights", ORANGE),
        ((41, 52), "bias", ORANGE),
        ((38, 14.6), "add up", BLUE),
        ((67, 36), "activation", GREEN),
        ((90.5, 42.5), "answer", PURPLE),
    ]
    for at, text, color in captions:
        word(axes, at, text, color, weight="bold", size=13)
    for x, text in ((9, "pulses"), (24.5, "synapses"), (41, "cell body"), (67, "fires or not"), (91, "axon")):
        word(axes, (x, 4), text, SOFT, 12, style="italic")


def weighted_sum() -> None:
    """Three signals times three weights, added up."""
    axes = card(50)
    rows = [("2", "0.5", "1"), ("-1", "2", "-2"), ("3", "1", "3")]
    for x, text, color in ((10, "signal", PURPLE), (31, "weight", ORANGE), (53, "product", BLUE), (86, "sum", BLUE)):
        word(axes, (x, 45), text, color, weight="bold")
    for (x, w, product), y in zip(rows, (36, 23, 10), strict=True):
        neuron(axes, (10, y), PURPLE, x, 4.6, 16)
        word(axes, (20.5, y), "×", INK, 18)
        box(axes, (31, y), (12, 8.4), w, ORANGE, 16)
        word(axes, (42, y), "=", INK, 18)
        box(axes, (53, y), (11, 8.4), product, BLUE, 16)
        arrow(axes, (59.4, y), (79, 23 + (y - 23) * 0.24), BLUE, 2.2)
    neuron(axes, (86, 23), BLUE, "2", 6.6, 22)
    word(axes, (86, 10), "1 - 2 + 3", SOFT, 13)


def one_number() -> None:
    """From predictions and the truth to one number."""
    axes = card(58)
    for x, text, color in ((11, "examples", PURPLE), (33, "model", ORANGE)):
        word(axes, (x, 53), text, color, weight="bold")
    for k, y in enumerate((42, 34, 26)):
        box(axes, (11, y), (13, 6.4), f"$x_{k + 1}$", PURPLE, 15)
        arrow(axes, (18, y), (24.6, 34 + (y - 34) * 0.6), SOFT, 1.8)
    box(axes, (33, 34), (16, 21), "w, b", ORANGE, 17)
    columns = [
        (52, "predicted", BLUE, ("3", "5", "4")),
        (69, "true", GREEN, ("2", "5", "6")),
        (88, "error²", INK, ("1", "0", "4")),
    ]
    for x, title, color, values in columns:
        word(axes, (x, 53), title, color, weight="bold", size=13)
        for value, y in zip(values, (42, 34, 26), strict=True):
            box(axes, (x, y), (10, 6.4), value, color, 15)
    for y in (42, 34, 26):
        arrow(axes, (41.4, 34 + (y - 34) * 0.6), (46.4, y), SOFT, 1.8)
        arrow(axes, (74.4, y), (82.4, y), SOFT, 1.8)
        word(axes, (60.5, y), "–", SOFT, 17)
    arrow(axes, (88, 22.2), (88, 15.6), SOFT, 2.2)
    word(axes, (80.5, 18.6), "mean", SOFT, 13)
    box(axes, (88, 10), (15, 9), "1.67", INK, 19)
    word(axes, (41, 10), "one number: the loss.\n0 is perfect, more is worse.", INK, 14)


def layer() -> None:
    """Four inputs, five neurons, three outputs, with all connections and shapes."""
    axes = card(74)
    inputs, hidden, outputs = column(14, 4, 41, 11), column(50, 5, 41, 10), column(86, 3, 41, 12.5)
    connect(axes, inputs, hidden)
    connect(axes, hidden, outputs)
    for x, y in inputs:  # the connections of one neuron are one column of W
        axes.plot([x + 3.4, hidden[1][0] - 3.4], [y, hidden[1][1]], color=ORANGE, linewidth=2.6, zorder=3)
    for k, at in enumerate(inputs, start=1):
        neuron(axes, at, PURPLE, f"$x_{k}$")
    for at in hidden:
        neuron(axes, at, ORANGE if at == hidden[1] else BLUE)
    for k, at in enumerate(outputs):
        neuron(axes, at, GREEN, f"{k}")
    for x, title, color in ((14, "input layer", PURPLE), (50, "hidden layer", BLUE), (86, "output layer", GREEN)):
        word(axes, (x, 69), title, color, weight="bold")
    for x, text, color in (
        (14, "X: (I, 4)", PURPLE),
        (32, "W: (4, 5)", INK),
        (50, "(I, 5)", BLUE),
        (68, "W: (5, 3)", INK),
        (86, "(I, 3)", GREEN),
    ):
        word(axes, (x, 12), text, color, 13)
    word(axes, (50, 5), "orange: the 4 weights of one neuron, one column of W", ORANGE, 12.5)


def shallow_deep() -> None:
    """One hidden layer, and three."""
    axes = card(62)
    word(axes, (24, 57), "shallow", BLUE, weight="bold", size=16)
    word(axes, (74, 57), "deep", ORANGE, weight="bold", size=16)
    left = [column(8, 2, 33, 12), column(24, 4, 33, 9.4), column(40, 1, 33, 0)]
    right = [
        column(54, 2, 33, 12),
        column(64, 4, 33, 9.4),
        column(74, 4, 33, 9.4),
        column(84, 4, 33, 9.4),
        column(94, 1, 33, 0),
    ]
    for columns, color in ((left, BLUE), (right, ORANGE)):
        for one, other in pairwise(columns):
            connect(axes, one, other, 2.8)
        for k, places in enumerate(columns):
            kind = PURPLE if k == 0 else GREEN if k == len(columns) - 1 else color
            for at in places:
                neuron(axes, at, kind, radius=2.8)
    for x, text, color in (
        (8, "input", PURPLE),
        (24, "1 hidden", BLUE),
        (40, "output", GREEN),
        (54, "input", PURPLE),
        (74, "3 hidden layers", ORANGE),
        (94, "out", GREEN),
    ):
        word(axes, (x, 12), text, color, 12.5)
    axes.plot([47, 47], [6, 58], color=LINE, linewidth=1.2, linestyle="--")
    word(axes, (24, 5.4), "(W, b) twice", SOFT, 12.5)
    word(axes, (74, 5.4), "(W, b) four times", SOFT, 12.5)


def training_step() -> None:
    """The circle of training."""
    axes = card(66)
    box(axes, (20, 50), (31, 13), "parameters\nw, b", ORANGE)
    box(axes, (79, 50), (31, 13), "predictions", BLUE)
    box(axes, (79, 16), (31, 13), "loss", INK)
    box(axes, (20, 16), (31, 13), "slopes\ndw, db", GREEN)
    arrow(axes, (36.5, 50), (62.5, 50), SOFT, 2.6)
    word(axes, (49.5, 54), "1  forward", SOFT, 13)
    arrow(axes, (79, 42.6), (79, 23.6), SOFT, 2.6)
    word(axes, (76.4, 33), "2  compare\nwith the truth", SOFT, 13, ha="right")
    arrow(axes, (62.5, 16), (36.5, 16), SOFT, 2.6)
    word(axes, (49.5, 20), "3  backward", SOFT, 13)
    arrow(axes, (20, 23.6), (20, 42.6), SOFT, 2.6)
    word(axes, (22.6, 33), "4  one small\nstep downhill", SOFT, 13, ha="left")
    word(axes, (50, 5), "again and again", INK, 13, style="italic")


def backwards() -> None:
    """Forward through two layers, and the messages that come back."""
    axes = card(66)
    word(axes, (18, 61), "forward", BLUE, weight="bold", size=15)
    for x, text in ((36, "layer 1"), (65, "layer 2")):
        box(axes, (x, 37), (17, 25), text, INK, 14)
    box(axes, (90.5, 37), (12, 25), "loss", INK, 14)
    for start, end, text in ((8, 27, "X"), (45, 56, "A"), (74, 84, "Z")):
        arrow(axes, (start, 44), (end, 44), BLUE, 2.8)
        word(axes, ((start + end) / 2, 48.4), text, BLUE, 15)
    for start, end, text in ((84, 74, "dZ"), (56, 45, "dA"), (27, 8, "dX")):
        arrow(axes, (start, 30), (end, 30), ORANGE, 2.8)
        word(axes, ((start + end) / 2, 25.6), text, ORANGE, 15)
    for x in (36, 65):
        arrow(axes, (x, 24), (x, 14.6), GREEN, 2.8)
        word(axes, (x, 10.4), "dW, db", GREEN, 15)
    word(axes, (18, 18), "backward", ORANGE, weight="bold", size=15)
    word(axes, (50, 4.4), "each layer keeps its own slopes, and passes one message on", SOFT, 12)


def first_network() -> None:
    """The whole of the first network, from a picture to an answer, and how it is trained and tested."""
    axes = card(96)
    three = np.array(
        [
            [0, 1, 1, 1, 1, 0],
            [0, 0, 0, 0, 1, 1],
            [0, 0, 1, 1, 1, 0],
            [0, 0, 0, 0, 1, 1],
            [0, 0, 0, 0, 1, 1],
            [0, 1, 1, 1, 1, 0],
        ]
    )
    size = 2.2
    for (row, place), ink in np.ndenumerate(np.pad(three, 1)):
        corner = (4 + size * place, 75 - size * row)
        axes.add_patch(
            Rectangle(corner, size, size, facecolor=INK if ink else "white", edgecolor="#DDD", linewidth=0.6, zorder=3)
        )
    inputs, hidden, outputs = column(34, 6, 68, 6.4), column(57, 6, 68, 6.4), column(80, 5, 68, 7.6)
    connect(axes, inputs, hidden, 2.3, width=0.9)
    connect(axes, hidden, outputs, 2.3, width=0.9)
    arrow(axes, (22.6, 68), (30.4, 68), SOFT, 2.2)
    for places, color in ((inputs, PURPLE), (hidden, BLUE), (outputs, GREEN)):
        for at in places:
            neuron(axes, at, color, radius=2.3)
    neuron(axes, outputs[2], ORANGE, radius=2.3)
    arrow(axes, (82.8, outputs[2][1]), (88.6, outputs[2][1]), ORANGE, 2.2)
    word(axes, (93, outputs[2][1]), "a 3", ORANGE, 16, weight="bold")
    captions = [
        ((12.8, 91), "8 × 8 pixels", INK),
        ((34, 91), "64 inputs", PURPLE),
        ((57, 91), "64 hidden", BLUE),
        ((81, 91), "10 scores", GREEN),
    ]
    for at, text, color in captions:
        word(axes, at, text, color, 13, weight="bold")
    word(axes, (57, 47.6), "ReLU", BLUE, 13)
    word(axes, (81, 47.6), "softmax", GREEN, 13)
    axes.plot([3, 97], [43.4, 43.4], color=LINE, linewidth=1, linestyle="--")
    box(axes, (14, 33), (21, 9), "training data", PURPLE, 12)
    box(axes, (14, 12), (21, 9), "test data", PURPLE, 12)
    box(axes, (48, 33), (30, 12), "fit: forward, loss,\nbackward, step", BLUE, 12)
    box(axes, (84, 33), (21, 9), "params", ORANGE, 13)
    box(axes, (48, 12), (30, 9), "predict", BLUE, 13)
    box(axes, (84, 12), (21, 9), "accuracy", GREEN, 13)
    for start, end in (((25, 33), (32.6, 33)), ((63.4, 33), (73, 33)), ((25, 12), (32.6, 12)), ((63.4, 12), (73, 12))):
        arrow(axes, start, end, SOFT, 2.2)
    arrow(axes, (84, 28.2), (58, 17), SOFT, 2.2)
    word(axes, (14, 22.5), "split", SOFT, 13, style="italic")
    for end in (28.2, 16.8):
        arrow(axes, (14, 25 if end > 22 else 20), (14, end), SOFT, 2)
    word(axes, (48, 41), "again and again", SOFT, 11, style="italic")


PICTURES: tuple[Callable[[], None], ...] = (
    nerve_cell,
    artificial_neuron,
    weighted_sum,
    one_number,
    layer,
    shallow_deep,
    training_step,
    backwards,
    first_network,
)


def main(folder: Path = HERE) -> None:
    """Writes every picture into the folder."""
    mpl.use("Agg")
    for draw in PICTURES:
        draw()
        drawn = BytesIO()
        plt.savefig(drawn, transparent=True)
        plt.close()
        few_colours = Image.open(drawn).quantize(160, method=Image.Quantize.FASTOCTREE)
        few_colours.save(folder / f"{draw.__name__}.png", optimize=True)


if __name__ == "__main__":
    main()
