"""Training: from the slope of a loss to a neuron that has learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np


def numerical_grad(f: Callable[[np.ndarray], float], theta: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Measure the slope of a function in every direction, with central differences.

    Parameters
    ----------
    f : function
        Takes an array of the shape of theta and returns one number.
    theta : array (any shape)
        Where the slopes are measured. Whole numbers are fine. The array is the same afterwards,
        to the last digit.
    h : float
        How far one entry is moved to each side, 1e-5 unless told.

    Returns
    -------
    array (the shape of theta), float64
        For each entry: f with this entry h larger, minus f with this entry h smaller, divided
        by the distance 2h. All other entries are at their places while this one moves.

    Notes
    -----
    Bishop, Pattern Recognition and Machine Learning, section 5.3.3.

    Examples
    --------
    >>> numerical_grad(lambda t: t[0] * t[1], np.array([2.0, 5.0]), h=0.5)
    array([5., 2.])
    >>> numerical_grad(lambda t: t[0] ** 3, np.array([2.0]), h=1.0)
    array([13.])
    >>> np.round(numerical_grad(lambda t: t[0] ** 3, np.array([2.0])), 6)
    array([12.])
    """
    slopes = np.empty(theta.shape)
    for k in np.ndindex(theta.shape):
        e = np.zeros(theta.shape)
        e[k] = h
        # df/dtheta_k is about (f(theta + h e_k) - f(theta - h e_k)) / 2h
        slopes[k] = (f(theta + e) - f(theta - e)) / (2 * h)
    return slopes


def linear_mse_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    """Find the slopes of the mean squared error of a linear model, f = X @ w + b.

    Parameters
    ----------
    X : array (I, D)
        I examples of D features each, one example per row; I is at least 1.
    y : array (I,)
        What was measured, one number for each example.
    w : array (D,)
        One weight for each feature.
    b : float
        The bias.

    Returns
    -------
    dw : array (D,)
        The slope of the loss along each weight.
    db : float
        The slope of the loss along the bias.

    Notes
    -----
    The loss is 1/I times the sum of (f[i] - y[i])**2, without one half in front. Prince,
    Understanding Deep Learning, section 6.1, has the same slopes for the sum.

    Examples
    --------
    >>> dw, db = linear_mse_grad(np.array([[3.0]]), np.array([1.0]), np.array([2.0]), 0.5)
    >>> dw
    array([33.])
    >>> db
    11.0
    >>> dw, db = linear_mse_grad(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 2.0]), np.array([1.0, 1.0]), 0.0)
    >>> dw
    array([2., 3.])
    >>> db
    1.0
    """
    # the error of each example, f_i - y_i
    error = X @ w + b - y
    # dL/dw_d = 2/I sum over i of error_i X_id, and dL/db = 2/I sum over i of error_i
    return 2 / len(y) * X.T @ error, 2 * float(np.mean(error))


def logistic_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    """Find the slopes of the binary cross-entropy of a logistic neuron, p = sigmoid(X @ w + b).

    Parameters
    ----------
    X : array (I, D)
        I examples of D features each, one example per row; I is at least 1.
    y : array (I,), int
        The labels, 0 or 1.
    w : array (D,)
        One weight for each feature.
    b : float
        The bias.

    Returns
    -------
    dw : array (D,)
        The slope of the loss along each weight.
    db : float
        The slope of the loss along the bias.

    Notes
    -----
    The loss is the mean of the cross-entropies of the I examples. Pre-activations as large as
    1000 or as small as -1000 give no floating-point warning. Bishop, Pattern Recognition and
    Machine Learning, section 4.3.2.

    Examples
    --------
    >>> dw, db = logistic_grad(np.array([[2.0, 4.0]]), np.array([1]), np.array([0.0, 0.0]), 0.0)
    >>> dw
    array([-1., -2.])
    >>> db
    -0.5
    >>> dw, db = logistic_grad(np.array([[1.0], [3.0]]), np.array([0, 1]), np.array([1.0]), -2.0)
    >>> np.round(dw, 6)
    array([-0.268941])
    """
    # sigmoid(z) = (1 + tanh(z/2)) / 2, which cannot overflow
    p = (1 + np.tanh((X @ w + b) / 2)) / 2
    # dL/dz_i = (p_i - y_i) / I: the slope of the sigmoid has cancelled
    dz = (p - y) / len(y)
    # z_i = sum over d of X_id w_d + b, so each example hands its slope on to w_d times X_id, and to b as it is
    return X.T @ dz, float(np.sum(dz))


def dense_backward(dZ: np.ndarray, X: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send slopes backwards through a layer, from its pre-activations to its inputs, weights and biases.

    Parameters
    ----------
    dZ : array (I, D_out)
        The slope of the loss along each pre-activation; I may be 1, and it may be 0.
    X : array (I, D_in)
        The inputs of the layer, one example per row.
    W : array (D_in, D_out)
        Its weights.

    Returns
    -------
    dX : array (I, D_in)
        The slope of the loss along each input.
    dW : array (D_in, D_out)
        The slope along each weight: a sum over the examples. Without any examples it is zero.
    db : array (D_out,)
        The slope along each bias: a sum over the examples. Without any examples it is zero.

    Notes
    -----
    Nothing is divided by I: where the loss is a mean, dZ has this factor already. Goodfellow,
    Bengio and Courville, Deep Learning, section 6.5.

    Examples
    --------
    >>> dX, dW, db = dense_backward(np.array([[1.0, -2.0]]), np.array([[3.0]]), np.array([[4.0, 5.0]]))
    >>> dX
    array([[-6.]])
    >>> dW
    array([[ 3., -6.]])
    >>> db
    array([ 1., -2.])
    >>> dX, dW, db = dense_backward(np.array([[1.0], [2.0]]), np.array([[3.0, 0.0], [1.0, 1.0]]), np.ones((2, 1)))
    >>> dW
    array([[5.],
           [2.]])
    >>> db
    array([3.])
    """
    # Z_ij = sum over d of X_id W_dj + b_j: every slope arrives where its factor stood, times the other factor
    dX = dZ @ W.T
    dW = X.T @ dZ
    db: np.ndarray = dZ.sum(axis=0)
    return dX, dW, db


def softmax_ce_grad(Z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Find the slopes of the mean softmax cross-entropy along the scores.

    Parameters
    ----------
    Z : array (I, K)
        The scores of K classes for I examples, one example per row; I is at least 1. The array
        is not changed.
    y : array (I,), int
        The labels, 0 to K-1.

    Returns
    -------
    array (I, K)
        The slope of the loss along each score. Each row sums to 0.

    Notes
    -----
    The loss is the mean of the cross-entropies of the I examples. Scores as large as 1000 or as
    small as -1000 give no floating-point warning. Bishop, Pattern Recognition and Machine
    Learning, section 4.3.4.

    Examples
    --------
    >>> softmax_ce_grad(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    >>> softmax_ce_grad(np.zeros((2, 4)), np.array([3, 0]))
    array([[ 0.125,  0.125,  0.125, -0.375],
           [-0.375,  0.125,  0.125,  0.125]])
    """
    # P_ik = exp(Z_ik) / sum over j of exp(Z_ij), each row shifted so that its largest exponent is 0
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    # Y_ik is 1 where k is the label of example i, else 0
    Y = np.arange(Z.shape[1]) == y[:, None]
    # dL/dZ_ik = (P_ik - Y_ik) / I
    return np.asarray((P - Y) / len(y))


def gd_step(
    params: list[tuple[np.ndarray, np.ndarray]], grads: list[tuple[np.ndarray, np.ndarray]], lr: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Take one step of gradient descent: every parameter moves a little, against its slope.

    Parameters
    ----------
    params : list of (W, b)
        Weights (D_in, D_out) and biases (D_out,), one pair for each layer. Neither the list nor
        an array is changed.
    grads : list of (dW, db)
        The slopes of the loss, in the same order and the same shapes.
    lr : float
        The learning rate. With lr = 0 the new parameters are equal to the old ones.

    Returns
    -------
    list of (W, b)
        The new parameters, in new arrays.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, section 4.3.

    Examples
    --------
    >>> old = [(np.array([[1.0, 2.0]]), np.array([0.5, 0.0]))]
    >>> slopes = [(np.array([[10.0, -10.0]]), np.array([1.0, 2.0]))]
    >>> new = gd_step(old, slopes, 0.25)
    >>> new[0][0]
    array([[-1.5,  4.5]])
    >>> new[0][1]
    array([ 0.25, -0.5 ])
    """
    # theta <- theta - lr dL/dtheta, for every W and every b
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def minibatches(
    X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Shuffle the examples, then deal them out in small batches.

    Parameters
    ----------
    X : array (I, D)
        I examples of D features each, one example per row; I is at least 1. The array is not
        changed.
    y : array (I,)
        One label for each example. The array is not changed.
    batch_size : int
        How many examples a batch has, at least 1. It may be larger than I.
    rng : numpy.random.Generator
        The only source of chance: the same state of rng gives the same batches, another state
        gives others.

    Returns
    -------
    iterator or list of (Xb, yb)
        A generator or another iterator, or a list or a tuple: pairs of arrays of shapes
        (batch_size, D) and (batch_size,). Only the last batch may be smaller; it is never
        empty. Over all batches, every example appears exactly once, together with its own
        label. The dtypes are those of X and y.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, section 8.1.3.

    Examples
    --------
    >>> X, y = np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5], [4.0, 4.5]]), np.array([0, 1, 2, 3, 4])
    >>> batches = list(minibatches(X, y, 2, np.random.default_rng(7)))
    >>> [len(yb) for Xb, yb in batches]
    [2, 2, 1]
    >>> sorted(int(label) for Xb, yb in batches for label in yb)
    [0, 1, 2, 3, 4]
    """
    # one random order of 0, ..., I-1 for both, so that every label stays with its example
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def fit_neuron(X: np.ndarray, y: np.ndarray, lr: float, steps: int) -> tuple[np.ndarray, float, list[float]]:
    """Train a logistic neuron from zeros, by gradient descent on all examples at once.

    Parameters
    ----------
    X : array (I, D)
        I examples of D features each, one example per row; I is at least 1.
    y : array (I,), int
        The labels, 0 or 1.
    lr : float
        The learning rate.
    steps : int
        How many steps to take. It may be 0.

    Returns
    -------
    w : array (D,)
        The weights after the last step.
    b : float
        The bias after the last step.
    history : list of float
        The loss before each step, one number a step: history[0] is ln 2, since w and b begin at
        zero.

    Notes
    -----
    The loss is the mean binary cross-entropy. Bishop, Pattern Recognition and Machine Learning,
    section 4.3.2.

    Examples
    --------
    >>> w, b, history = fit_neuron(np.array([[2.0], [-1.0]]), np.array([1, 0]), 1.0, 1)
    >>> w
    array([0.75])
    >>> b
    0.0
    >>> np.round(history, 6)
    array([0.693147])
    """
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        # L = 1/I sum over i of (log(1 + e^z_i) - y_i z_i), which is the binary cross-entropy, written with z
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0, z) - y * z)))
        # w <- w - lr dL/dw, b <- b - lr dL/db
        dw, db = logistic_grad(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, history
