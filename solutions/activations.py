"""Activations: the curves that a neuron can answer with, and their slopes."""

from __future__ import annotations

import numpy as np


def relu(z: float | np.ndarray) -> float | np.ndarray:
    """Let positive numbers pass, and answer 0 for all others.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations. The array is not changed.

    Returns
    -------
    float or array (the shape of z)
        Floats: float32 in gives float32 out, everything else (integers too) gives float64.
        Always a new array; no examples in, shape (0, ...), give no answers out, shape (0, ...).

    Notes
    -----
    Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010);
    Goodfellow, Bengio and Courville, Deep Learning, section 6.3.1.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.5, 3.0, -0.1]))
    array([0. , 0.5, 3. , 0. ])
    >>> relu(np.array([[5, -5], [-1, 1]]))
    array([[5., 0.],
           [0., 1.]])
    >>> float(relu(-1.5))
    0.0
    """
    # max(0, z), entry by entry
    passed: np.ndarray = np.maximum(z, 0.0)
    return passed


def sigmoid(z: float | np.ndarray) -> float | np.ndarray:
    """Squash any number into the range from 0 to 1, along a smooth S.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations of any size, 1000 and -1000 included. The array is not changed.

    Returns
    -------
    float or array (the shape of z)
        Floats: float32 in gives float32 out, everything else (integers too) gives float64.
        NumPy has no reason to warn of an overflow or an invalid value, whatever z is.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, section 3.10.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    >>> np.round(sigmoid(np.array([-2.0, 0.0, 2.0])), 4)
    array([0.1192, 0.5   , 0.8808])
    >>> np.round(sigmoid(np.array([[1, -1], [3, -3]])), 4)
    array([[0.7311, 0.2689],
           [0.9526, 0.0474]])
    >>> float(sigmoid(1000.0))
    1.0
    """
    # 1 / (1 + e^-z), or e^z / (1 + e^z), which is the same: with e^min(z, 0) above and e^-|z| below, it is the one for
    # z >= 0 and the other for z < 0, and no exponent is ever positive
    squashed: np.ndarray = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
    return squashed


def tanh_via_sigmoid(z: float | np.ndarray) -> float | np.ndarray:
    """Squash any number into the range from -1 to 1, by stretching and shifting the sigmoid.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations of any size. The array is not changed.

    Returns
    -------
    float or array (the shape of z)
        The hyperbolic tangent of z. Floats: float32 in gives float32 out, everything else
        (integers too) gives float64. No floating-point warnings.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, section 6.3.2.

    Examples
    --------
    >>> np.round(tanh_via_sigmoid(np.array([-1.0, 0.5, 2.0])), 4)
    array([-0.7616,  0.4621,  0.964 ])
    >>> np.round(tanh_via_sigmoid(np.array([[3, -3]])), 4)
    array([[ 0.9951, -0.9951]])
    >>> float(tanh_via_sigmoid(-1000.0))
    -1.0
    """
    # tanh(z) = 2 sigma(2z) - 1
    stretched: float | np.ndarray = 2.0 * sigmoid(2.0 * z) - 1.0
    return stretched


def leaky_relu(z: float | np.ndarray, alpha: float = 0.01) -> float | np.ndarray:
    """Let positive numbers pass, and a share alpha of the negative ones.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations. The array is not changed.
    alpha : float
        The slope for negative z, any number from 0 up; it may be larger than 1.

    Returns
    -------
    float or array (the shape of z)
        z where z >= 0, and alpha * z where z < 0. Floats: float32 in gives float32 out,
        everything else (integers too) gives float64.

    Notes
    -----
    Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013).

    Examples
    --------
    >>> leaky_relu(np.array([-4.0, 0.5, 3.0, -0.5]), alpha=0.5)
    array([-2.  ,  0.5 ,  3.  , -0.25])
    >>> leaky_relu(np.array([[-100, 100], [200, -200]]))
    array([[ -1., 100.],
           [200.,  -2.]])
    >>> float(leaky_relu(-1.5, alpha=0.0))
    0.0
    """
    # the positive part of z as it is, and alpha times the negative part; one of the two is always 0
    leaked: np.ndarray = np.maximum(z, 0.0) + alpha * np.minimum(z, 0.0)
    return leaked


def softmax(Z: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn the scores of K classes into K probabilities, for each example.

    Parameters
    ----------
    Z : array (..., K)
        Scores of any size. In a matrix (I, K), each row belongs to one example. The array is
        not changed.
    axis : int
        The axis of the classes: the last one, unless said otherwise.

    Returns
    -------
    array (the shape of Z)
        Positive numbers that add up to 1 along that axis (differences of many hundreds leave a
        0). float32 in gives float32 out, everything else (integers too) gives float64. No
        floating-point warnings. No examples, shape (0, K), give shape (0, K).

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, sections 4.1 and 6.2.2.3.

    Examples
    --------
    >>> np.round(softmax(np.array([1.0, 2.0, 3.0])), 4)
    array([0.09  , 0.2447, 0.6652])
    >>> np.round(softmax(np.array([[0.0, 0.0], [1.0, -1.0], [1.0, 2.0]])), 4)
    array([[0.5   , 0.5   ],
           [0.8808, 0.1192],
           [0.2689, 0.7311]])
    >>> softmax(np.array([[3, 3, 3, 3], [-7, -7, -7, -7]]))
    array([[0.25, 0.25, 0.25, 0.25],
           [0.25, 0.25, 0.25, 0.25]])
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    # adding one number to all scores of an example changes nothing: with its largest at 0, no exponent is positive
    E = np.exp(Z - np.max(Z, axis=axis, keepdims=True))
    # e^z_k / sum over j of e^z_j
    P: np.ndarray = E / np.sum(E, axis=axis, keepdims=True)
    return P


def activation_grad(z: float | np.ndarray, name: str) -> float | np.ndarray:
    """Give the slope of an activation at z.

    Parameters
    ----------
    z : float or array (any shape)
        Pre-activations (not activations) of any size. The array is not changed.
    name : str
        'sigmoid', 'tanh', 'relu' or 'identity'.

    Returns
    -------
    float or array (the shape of z)
        The derivative of the activation at each entry of z; for 'relu' it is 0 at exactly 0.
        Floats: float32 in gives float32 out, everything else (integers too) gives float64. No
        floating-point warnings.

    Raises
    ------
    ValueError
        For every other name.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, sections 3.10 and 6.3.

    Examples
    --------
    >>> activation_grad(np.array([-1.5, 2.0, 0.3]), "relu")
    array([0., 1., 1.])
    >>> np.round(activation_grad(np.array([-1.0, 0.0, 3.0]), "sigmoid"), 4)
    array([0.1966, 0.25  , 0.0452])
    >>> float(activation_grad(0.0, "tanh"))
    1.0
    >>> activation_grad(np.array([1.0, 2.0]), "softplus")
    Traceback (most recent call last):
    ValueError: no activation 'softplus': choose sigmoid, tanh, relu or identity
    """
    if name == "sigmoid":
        # sigma'(z) = sigma(z) (1 - sigma(z))
        a = sigmoid(z)
        slope: float | np.ndarray = a * (1.0 - a)
    elif name == "tanh":
        # tanh'(z) = 1 - tanh(z)^2
        slope = 1.0 - np.tanh(z) ** 2
    elif name == "relu":
        # 0 on the left, 1 on the right, and at exactly 0 by agreement 0
        slope = np.heaviside(z, 0.0)
    elif name == "identity":
        # 1 everywhere; numbers that are no floats become float64
        slope = np.ones(np.shape(z), dtype=np.result_type(z, 1.0))
    else:
        raise ValueError(f"no activation {name!r}: choose sigmoid, tanh, relu or identity")
    return slope


def saturated_fraction(z: np.ndarray, name: str, tol: float) -> float:
    """Tell which share of the pre-activations lies where the activation is nearly flat.

    Parameters
    ----------
    z : array (any shape)
        Pre-activations, at least one. The array is not changed.
    name : str
        'sigmoid', 'tanh', 'relu' or 'identity'.
    tol : float
        An entry is saturated when the slope there is less than tol.

    Returns
    -------
    float
        The number of saturated entries divided by the number of all entries, from 0.0 to 1.0.

    Raises
    ------
    ValueError
        If z has no entries, or for every other name.

    Notes
    -----
    Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks
    (2010), on saturation.

    Examples
    --------
    >>> saturated_fraction(np.array([-2.0, -0.5, 1.0, 4.0]), "relu", 0.1)
    0.5
    >>> saturated_fraction(np.array([-8.0, -0.5, 1.0, 0.2]), "sigmoid", 0.01)
    0.25
    >>> saturated_fraction(np.array([[-100.0, 100.0], [0.1, 50.0]]), "identity", 0.01)
    0.0
    """
    if np.size(z) == 0:
        raise ValueError("z has no entries: there is no share of nothing")
    # the mean of ones (asleep) and zeros (awake)
    return float(np.mean(activation_grad(z, name) < tol))
