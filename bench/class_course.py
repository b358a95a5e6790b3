"""A course whose exercise is a class, beside a function that it uses: the kit's own course has functions only."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "course.yml": """\
course: classes
title: Classes
assignments:
  dense:
    title: Dense layers
""",
    "assignments/dense.md": """\
# Dense layers

```{code-cell} ipython3
:tags: [setup]
import numpy as np
```

## Exercise 1

```{code-cell} ipython3
:tags: [exercise]
from solutions.dense import relu
```

## Exercise 2

```{code-cell} ipython3
:tags: [exercise]
from solutions.dense import Dense
```
""",
    "solutions/dense.py": '''\
"""A layer."""

from __future__ import annotations

import numpy as np


def relu(Z: np.ndarray) -> np.ndarray:
    """Keep what is positive.

    Examples
    --------
    >>> relu(np.array([-1.0, 3.0]))
    array([0., 3.])
    """
    return np.maximum(Z, 0.0)


class Dense:
    """A layer of neurons, each of which sees all inputs.

    Parameters
    ----------
    inputs, outputs : int
        How many there are, at least one of each.

    Examples
    --------
    >>> Dense(2, 1).forward(np.array([[1.0, 2.0]]))
    array([[0.]])
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        if inputs < 1 or outputs < 1:
            raise ValueError("a layer has at least one input and one output")
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Answer for examples (I, inputs) with (I, outputs)."""
        return relu(X @ self.W + self.b)

    def step(self, dW: np.ndarray, db: np.ndarray, rate: float) -> None:
        """Walk downhill."""
        self.W = self.W - rate * dW
        self.b = self.b - rate * db

    @property
    def size(self) -> int:
        """How many numbers there are to learn."""
        return self.W.size + self.b.size
''',
    "solutions/hidden/test_dense.py": '''\
"""Hidden tests of the layer."""

from __future__ import annotations

import numpy as np

from autograder.testing import must_raise, points


@points("relu", 1)
def test_relu(agree, draw):
    """What is positive stays."""
    agree.relu(np.concatenate([abs(draw(3)), -abs(draw(3))]))


@points("Dense", 1)
def test_dense_forward(agree, draw):
    """Each row is multiplied by the weights, and the biases are added."""
    for inputs, outputs in ((1, 1), (3, 2), (2, 4)):
        layer = agree.Dense(inputs, outputs)
        layer.W = draw(inputs, outputs)
        layer.b = draw(outputs)
        layer.forward(draw(4, inputs))


@points("Dense", 1)
def test_dense_steps(agree, draw):
    """Steps go against the gradients, one after the other."""
    layer = agree.Dense(2, 3)
    for rate in (0.5, 0.1):
        layer.step(draw(2, 3), draw(3), rate)
        layer.W
        layer.b


@points("Dense", 1)
def test_dense_knows_its_size(agree):
    """The size is the number of weights and biases."""
    agree.Dense(3, 2).size


@points("Dense", 1)
def test_dense_refuses_nothing(student):
    """A layer without inputs or outputs raises ValueError."""
    must_raise(ValueError, student.Dense, 0, 2)
    must_raise(ValueError, student.Dense, 2, 0)
''',
}

MISTAKE = """

@mistake("{exercise}", hint="Read the task again.")
{source}
"""

RELUS = {
    "absolute": "np.abs(Z)",
    "keeps_the_negative": "np.minimum(Z, 0.0)",
    "steps": "np.where(Z > 0, 1.0, 0.0)",
    "leaks": "np.where(Z > 0, Z, 0.01 * Z)",
    "is_linear": "Z * 1.0",
    "squares": "np.maximum(Z, 0.0) ** 2",
}
"""Wrong curves, by name."""

DENSES = {
    "forgets_the_bias": ("relu(X @ self.W + self.b)", "relu(X @ self.W)"),
    "forgets_the_activation": ("relu(X @ self.W + self.b)", "X @ self.W + self.b"),
    "takes_the_bias_away": ("relu(X @ self.W + self.b)", "relu(X @ self.W - self.b)"),
    "adds_the_bias_afterwards": ("relu(X @ self.W + self.b)", "relu(X @ self.W) + self.b"),
    "walks_uphill": ("- rate *", "+ rate *"),
    "forgets_the_rate": ("- rate *", "-"),
    "leaves_the_bias": ("        self.b = self.b - rate * db\n", ""),
    "keeps_the_last_step_only": ("self.W = self.W - rate * dW", "self.W = -rate * dW"),
    "counts_weights_only": ("self.W.size + self.b.size", "self.W.size"),
    "counts_rows": ("self.W.size + self.b.size", "len(self.W) + len(self.b)"),
    "accepts_nothing": ("inputs < 1 or outputs < 1", "inputs < 0 or outputs < 0"),
    "looks_at_inputs_only": ("inputs < 1 or outputs < 1", "inputs < 1"),
    "starts_at_one": ("np.zeros((inputs, outputs))", "np.ones((inputs, outputs))"),
    "swaps_the_axes": ("np.zeros((inputs, outputs))", "np.zeros((outputs, inputs))"),
}
"""Wrong layers, by name: what is written in place of what."""


def write(root: Path) -> Path:
    """Writes the course's files."""
    reference = FILES["solutions/dense.py"]
    layer = reference[reference.index("class Dense") :]
    imports = ("import numpy as np", "from autograder.testing import mistake", "from solutions.dense import relu")
    text = "\n".join(['"""Wrong layers."""', *imports, ""])
    for name, value in RELUS.items():
        source = f'def {name}(Z):\n    """a curve that {name.replace("_", " ")}"""\n    return {value}'
        text += MISTAKE.format(exercise="relu", source=source)
    for name, (right, wrong) in DENSES.items():
        assert right in layer
        source = layer.replace(right, wrong).replace("class Dense", f"class {name}").strip()
        summary = f"a layer that {name.replace('_', ' ')}"
        source = source.replace("A layer of neurons, each of which sees all inputs.", summary)
        text += MISTAKE.format(exercise="Dense", source=source)
    for place, content in (FILES | {"solutions/mistakes/dense.py": text}).items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root
