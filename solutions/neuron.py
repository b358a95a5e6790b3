"""The neuron: a weighted sum, a bias, and a decision."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def weighted_sum(x: np.ndarray, w: np.ndarray) -> float:
    """Add up all signals of one neuron, each multiplied by its weight.

    Parameters
    ----------
    x : array (D,)
        The signals. D may be any number, 1 and 0 included.
    w : array (D,)
        One weight for each signal.

    Returns
    -------
    float
        One number. Without any signals (D = 0) it is 0.0.

    Examples
    --------
    >>> weighted_sum(np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0]))
    32.0
    >>> weighted_sum(np.array([2.0]), np.array([-1.5]))
    -3.0
    >>> weighted_sum(np.array([1, 2, 0, 1]), np.array([3, -1, 7, 2]))
    3.0
    """
    # sum over d of w_d x_d: for two 1-D arrays that is the dot product
    return float(w @ x)


def preactivation(x: np.ndarray, w: np.ndarray, b: float) -> float:
    """Shift the weighted sum of one neuron by its bias.

    Parameters
    ----------
    x : array (D,)
        The signals; D may be 0 here too.
    w : array (D,)
        One weight for each signal.
    b : float
        The bias of the neuron.

    Returns
    -------
    float
        The pre-activation z, one number.

    Examples
    --------
    >>> preactivation(np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5)
    1.5
    >>> preactivation(np.array([1.0, 0.0, 2.0]), np.array([0.5, 9.0, 1.0]), -4.0)
    -1.5
    """
    # the bias enters once, however many signals there are
    return weighted_sum(x, w) + float(b)


def step(z: float | np.ndarray) -> float | np.ndarray:
    """Fire or stay silent: 1.0 where z >= 0, and 0.0 where z < 0.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations. The array is not changed.

    Returns
    -------
    float or array (the shape of z)
        Floats, never booleans: float32 in gives float32 out, everything else (integers too)
        gives float64. No examples in, shape (0,), give no answers out, shape (0,).

    Examples
    --------
    >>> step(np.array([-2.0, 0.7, 3.0, -0.1]))
    array([0., 1., 1., 0.])
    >>> step(np.array([[5, -5], [-1, 1]]))
    array([[1., 0.],
           [0., 1.]])
    >>> step(np.array([-0.5, 2.0], dtype=np.float32))
    array([0., 1.], dtype=float32)
    >>> float(step(-1.5))
    0.0
    """
    # NumPy knows this curve under the name of Oliver Heaviside; its second argument is the value at exactly zero
    fired: np.ndarray = np.heaviside(z, 1.0)
    return fired


def neuron(x: np.ndarray, w: np.ndarray, b: float, activation: Callable[[float], float]) -> float:
    """Answer for one example: the activation of the pre-activation.

    Parameters
    ----------
    x : array (D,)
        The signals of one example.
    w : array (D,)
        One weight for each signal.
    b : float
        The bias.
    activation : function
        Takes one number and returns one number. Call it exactly once.

    Returns
    -------
    float
        What the activation says, one number.

    Examples
    --------
    >>> neuron(np.array([1.0, 2.0]), np.array([3.0, -1.0]), -0.5, abs)
    0.5
    >>> neuron(np.array([1.0, 2.0]), np.array([3.0, -1.0]), -2.5, abs)
    1.5
    >>> neuron(np.array([1.0, 2.0]), np.array([3.0, -1.0]), -2.5, step)
    0.0
    """
    # first the whole of z, then the activation, once
    return float(activation(preactivation(x, w, b)))


def neuron_batch(X: np.ndarray, w: np.ndarray, b: float, activation: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Answer for many examples at once, one example per row.

    Parameters
    ----------
    X : array (I, D)
        I examples of D signals each; I may be 1, and it may be 0.
    w : array (D,)
        One weight for each signal.
    b : float
        The bias.
    activation : function
        Works on a number and on an array alike. Call it once on all pre-activations, or once
        for each example.

    Returns
    -------
    array (I,)
        One number for each example, in the order of the rows. The array is flat, also for I =
        1: no examples, I = 0, give shape (0,).

    Examples
    --------
    >>> neuron_batch(np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]), np.array([3.0, -1.0]), -2.0, np.abs)
    array([1., 3., 7.])
    >>> neuron_batch(np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]), np.array([3.0, -1.0]), -2.0, step)
    array([0., 0., 1.])
    >>> neuron_batch(np.array([[1.0, 2.0, 4.0]]), np.array([0.5, 0.5, 0.5]), 0.25, np.abs)
    array([3.75])
    """
    # (I, D) times (D,) is (I,): the matrix product does every row's weighted sum, and b joins each of them
    return activation(X @ w + b)


def logic_gate(name: str) -> tuple[np.ndarray, float]:
    """Choose the weights and the bias that turn a neuron with `step` into a logic gate.

    Parameters
    ----------
    name : str
        'AND', 'OR' or 'NAND'.

    Returns
    -------
    w : array (2,)
        One weight for each of the two signals, which are 0 or 1.
    b : float
        The bias. The pre-activation is at least 0.25 where the gate is true, and at most -0.25
        where it is false.

    Raises
    ------
    ValueError
        For every other name.

    Examples
    --------
    >>> corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> w, b = logic_gate("OR")
    >>> corners @ w + b >= 0.25
    array([False,  True,  True,  True])
    >>> w, b = logic_gate("AND")
    >>> corners @ w + b >= 0.25
    array([False, False, False,  True])
    >>> logic_gate("MAYBE")
    Traceback (most recent call last):
    ValueError: no gate 'MAYBE': choose AND, OR or NAND
    """
    # each line passes halfway between the corners that fire and those that do not
    gates = {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
    }
    if name not in gates:
        raise ValueError(f"no gate {name!r}: choose AND, OR or NAND")
    return gates[name]


def decision_line(w: np.ndarray, b: float, x1: float | np.ndarray) -> float | np.ndarray:
    """Find the height x2 at which a neuron with two signals changes its mind.

    Parameters
    ----------
    w : array (2,)
        The weights of x1 and of x2.
    b : float
        The bias.
    x1 : float or array (any shape)
        Where to look, in the unit of the first signal. The array is not changed.

    Returns
    -------
    float or array (the shape of x1)
        For each x1 the x2 whose pre-activation is 0, in the unit of the second signal. Integers
        in give floats.

    Raises
    ------
    ValueError
        If w[1] is 0: then the line is upright, and no single x2 belongs to an x1.

    Examples
    --------
    >>> float(decision_line(np.array([1.0, 2.0]), -4.0, 1.0))
    1.5
    >>> decision_line(np.array([1.0, 2.0]), -4.0, np.array([0.0, 2.0, 6.0]))
    array([ 2.,  1., -1.])
    >>> decision_line(np.array([1.0, 0.0]), -4.0, np.array([0.0, 2.0, 4.0]))
    Traceback (most recent call last):
    ValueError: w[1] is 0: the line is upright
    """
    if w[1] == 0:
        raise ValueError("w[1] is 0: the line is upright")
    # 0 = w1 x1 + w2 x2 + b, solved for x2
    x2: float | np.ndarray = -(w[0] * x1 + b) / w[1]
    return x2
