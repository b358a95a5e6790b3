"""The small course with a class as its exercise: a layer of neurons, beside a function."""

from __future__ import annotations

from pathlib import Path

import small_course

AUTHOR = """\
# Layers

```{code-cell} ipython3
:tags: [setup]
import numpy as np
```

## Exercise 1

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import relu
```

## Exercise 2

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import Dense
```

```{code-cell} ipython3
:tags: [needs-Dense]
print(Dense(3, 2).size)
```
"""

REFERENCE = '''\
"""A layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def relu(Z: np.ndarray) -> np.ndarray:
    """Keep what is positive.

    Examples
    --------
    >>> relu(np.array([-1.0, 3.0]))
    array([0., 3.])
    """
    # the larger of z and 0
    return np.maximum(Z, 0.0)


class Dense:
    """A layer of neurons, each of which sees all inputs.

    Parameters
    ----------
    inputs, outputs : int
        How many there are, at least one of each.
    activation : function
        What is done to the pre-activations; None for nothing.

    Examples
    --------
    >>> layer = Dense(2, 1)
    >>> layer.W = np.array([[3.0], [-1.0]])
    >>> layer.forward(np.array([[1.0, 2.0]]))
    array([[1.]])
    """

    def __init__(
        self, inputs: int, outputs: int, activation: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> None:
        # nothing is known yet
        if inputs < 1 or outputs < 1:
            raise ValueError("a layer has at least one input and one output")
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)
        self.activation = activation

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Answer for examples (I, inputs) with (I, outputs).

        >>> Dense(2, 3).forward(np.ones((1, 2)))
        array([[0., 0., 0.]])
        """
        # every row times W, and b joins each of them
        Z = X @ self.W + self.b
        return Z if self.activation is None else self.activation(Z)

    @property
    def size(self) -> int:
        """How many numbers there are to learn."""
        return self.W.size + self.b.size
'''

MISTAKES = '''\
"""Wrong layers."""

from __future__ import annotations

import numpy as np

from autograder.testing import mistake


@mistake("relu", hint="And below zero?")
def absolute(Z):
    """a curve that folds"""
    return np.abs(Z)


@mistake("Dense", hint="Feed zeros: what should come out?")
class Unbiased:
    """a layer without its bias"""

    def __init__(self, inputs, outputs, activation=None):
        if inputs < 1 or outputs < 1:
            raise ValueError
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)
        self.activation = activation or (lambda Z: Z)

    def forward(self, X):
        return self.activation(X @ self.W)

    @property
    def size(self):
        return self.W.size + self.b.size


@mistake("Dense", hint="What is the activation for?")
class Linear:
    """a layer without its activation"""

    def __init__(self, inputs, outputs, activation=None):
        if inputs < 1 or outputs < 1:
            raise ValueError
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)

    def forward(self, X):
        return X @ self.W + self.b

    @property
    def size(self):
        return self.W.size + self.b.size
'''

HIDDEN = '''\
"""Hidden tests of the layer."""

from __future__ import annotations

import numpy as np

from autograder.testing import Spy, fail, leaves_inputs_alone, must_raise, points, same


@points("relu", 1)
def test_relu_of_both_signs(agree, draw):
    """What is positive stays."""
    agree.relu(np.concatenate([abs(draw(3)), -abs(draw(3))]))


@points("Dense", 0.5)
def test_dense_starts_at_zero(agree):
    """A new layer's weights and biases are zero."""
    layer = agree.Dense(3, 2)
    layer.W
    layer.b


@points("Dense", 1)
def test_dense_of_silence(student, agree, draw):
    """Without signals, a new layer answers zero."""
    agree.Dense(3, 2).forward(np.zeros((1, 3)))


@points("Dense", 1)
def test_dense_forward(agree, draw):
    """Each row is multiplied by the weights, and the biases are added."""
    for inputs, outputs in ((1, 1), (3, 2), (2, 4)):
        layer = agree.Dense(inputs, outputs)
        layer.W = draw(inputs, outputs)
        layer.b = draw(outputs)
        layer.forward(draw(4, inputs))


@points("Dense", 0.5)
def test_dense_applies_its_activation(student, draw):
    """The activation is called once in each call of forward."""
    activation = Spy(np.tanh)
    layer = student.Dense(2, 2, activation)
    layer.b = draw(2)
    same(layer.forward(np.zeros((1, 2))), np.tanh(layer.b)[np.newaxis])
    if len(activation.calls) != 1:
        fail("The activation should be called once.", got=len(activation.calls), want=1)


@points("Dense", 0.5)
def test_dense_leaves_its_input_alone(student, draw):
    """The examples are the same after the call as before."""
    same(leaves_inputs_alone(student.Dense(2, 2).forward, draw(3, 2)), np.zeros((3, 2)))


@points("Dense", 0.5)
def test_dense_refuses_nothing(student):
    """A layer without inputs or outputs raises ValueError."""
    must_raise(ValueError, student.Dense, 0, 2)
    must_raise(ValueError, student.Dense, 2, 0)


@points("Dense", 0.5)
def test_dense_knows_its_size(agree):
    """The size is the number of weights and biases."""
    agree.Dense(3, 2).size
'''

RELU = "def relu(Z):\n    return Z * (Z > 0)"
DENSE = """\
class Dense:
    def __init__(self, inputs, outputs, activation=None):
        if min(inputs, outputs) < 1:
            raise ValueError
        self.W = np.zeros((inputs, outputs))
        self.b = np.zeros(outputs)
        self.activation = activation or (lambda Z: Z)

    def forward(self, X):
        return self.activation(np.einsum("id,dk->ik", X, self.W) + self.b)

    size = property(lambda self: self.W.size + self.b.size)
"""
RIGHT = {"relu": RELU, "Dense": DENSE}


def write(root: Path) -> Path:
    """Writes the course's files."""
    return small_course.write(root, author=AUTHOR, reference=REFERENCE, mistakes=MISTAKES, hidden=HIDDEN)
