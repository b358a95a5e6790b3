"""The losses: one number that says how wrong a model is."""

from __future__ import annotations

import numpy as np


def sum_squared_error(y: np.ndarray, f: np.ndarray) -> float:
    """Add up the squared differences between what was measured and what was predicted.

    Parameters
    ----------
    y : array (I,)
        What was measured, one number for each example.
    f : array (I,)
        What the model predicts for the same examples, in the same order and the same unit.

    Returns
    -------
    float
        The sum of squared errors, in the square of that unit. It is never negative.

    Raises
    ------
    ValueError
        If the shapes of y and f differ in any way; if there are no examples, I = 0.

    Notes
    -----
    Prince, Understanding Deep Learning, section 2.2.2.

    Examples
    --------
    >>> sum_squared_error(np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.0, 1.0]))
    4.25
    >>> sum_squared_error(np.array([2.0]), np.array([-1.0]))
    9.0
    >>> sum_squared_error(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0]))
    Traceback (most recent call last):
    ValueError: y has shape (3,) and f has shape (2,)
    """
    if y.shape != f.shape:
        raise ValueError(f"y has shape {y.shape} and f has shape {f.shape}")
    if y.size == 0:
        raise ValueError("there are no examples, so there is nothing to add up")
    # sum over i of (y_i - f_i)^2
    return float(np.sum((y - f) ** 2))


def mean_squared_error(y: np.ndarray, f: np.ndarray) -> float:
    """Average the squared differences between what was measured and what was predicted.

    Parameters
    ----------
    y : array (I,)
        What was measured, one number for each example.
    f : array (I,)
        What the model predicts for the same examples. Its shape is that of y.

    Returns
    -------
    float
        The mean of the squared errors over the I examples.

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Goodfellow, Bengio and Courville, Deep Learning, section 5.1.4. Some books put one half in
    front; this course does not.

    Examples
    --------
    >>> mean_squared_error(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.5, 2.0, 1.0, 4.0]))
    1.0625
    >>> mean_squared_error(np.array([2.0]), np.array([-1.0]))
    9.0
    """
    # 1/I times the sum over i of (y_i - f_i)^2
    return sum_squared_error(y, f) / len(y)


def best_constant(y: np.ndarray) -> float:
    """Find the one prediction for all examples that has the smallest sum of squared errors.

    Parameters
    ----------
    y : array (I,)
        What was measured, one number for each example.

    Returns
    -------
    float
        The constant c for which the sum of (y[i] - c)**2 is as small as it can be, in the unit
        of y.

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Bishop, Pattern Recognition and Machine Learning, section 1.5.5.

    Examples
    --------
    >>> best_constant(np.array([1.0, 3.0]))
    2.0
    >>> best_constant(np.array([4.5]))
    4.5
    """
    if y.size == 0:
        raise ValueError("there are no examples, so every constant is as good as any other")
    # the slope of the sum of (y_i - c)^2 is -2 times the sum of (y_i - c): it vanishes where c = 1/I sum of y_i
    return float(np.mean(y))


def loss_grid(x: np.ndarray, y: np.ndarray, phi0: np.ndarray, phi1: np.ndarray) -> np.ndarray:
    """Compute the mean squared error of many straight lines, one for each pair of offset and slope.

    Parameters
    ----------
    x : array (I,)
        What goes into the model, one number for each example.
    y : array (I,)
        What was measured for the same examples.
    phi0 : array (A,)
        The offsets to try. A is at least 1.
    phi1 : array (B,)
        The slopes to try. B is at least 1.

    Returns
    -------
    array (A, B)
        Entry [a, b] is the mean squared error of the line phi0[a] + phi1[b] * x over all
        examples, as float64.

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Prince, Understanding Deep Learning, section 2.2.2.

    Examples
    --------
    >>> loss_grid(np.array([0.0, 1.0]), np.array([1.0, 3.0]), np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.0]))
    array([[5. , 2.5, 1. ],
           [2. , 0.5, 0. ]])
    >>> loss_grid(np.array([2.0]), np.array([1.0]), np.array([0.5]), np.array([1.0]))
    array([[2.25]])
    """
    if x.size == 0:
        raise ValueError("there are no examples to average over")
    # f[a, b, i] = phi0[a] + phi1[b] * x[i]: an axis for the offsets, one for the slopes, one for the examples
    f = phi0[:, np.newaxis, np.newaxis] + phi1[:, np.newaxis] * x
    # 1/I times the sum over i of (y_i - f_i)^2, so the axis of the examples disappears
    grid: np.ndarray = np.mean((y - f) ** 2, axis=2)
    return grid


def binary_cross_entropy(y: np.ndarray, p: np.ndarray, eps: float = 1e-12) -> float:
    """Measure how surprised a model is by labels that are 0 or 1.

    Parameters
    ----------
    y : array (I,)
        The labels, each 0 or 1, as whole numbers or as floats.
    p : array (I,)
        For each example, the model's probability that the label is 1. It may be exactly 0 and
        exactly 1. The array is not changed.
    eps : float
        Before anything else, probabilities are clipped: those below eps become eps, those above
        1 - eps become 1 - eps. All others stay as they are.

    Returns
    -------
    float
        The mean cost of an example, in nats (natural logarithm). It is never negative.

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Prince, Understanding Deep Learning, section 5.4; Bishop, Pattern Recognition and Machine
    Learning, section 4.3.2.

    Examples
    --------
    >>> binary_cross_entropy(np.array([1]), np.array([0.5]))
    0.6931471805599453
    >>> round(binary_cross_entropy(np.array([1, 0, 1]), np.array([0.9, 0.2, 0.6])), 6)
    0.279777
    >>> round(binary_cross_entropy(np.array([0, 1]), np.array([0.0, 0.5])), 6)
    0.346574
    """
    if y.size == 0:
        raise ValueError("there are no examples to average over")
    # keep every probability within [eps, 1 - eps], so that no logarithm meets a zero
    p = np.clip(p, eps, 1 - eps)
    # -1/I times the sum over i of y_i ln p_i + (1 - y_i) ln(1 - p_i)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def one_hot(y: np.ndarray, K: int) -> np.ndarray:
    """Turn each label into a row of zeros with a single one, in the label's own column.

    Parameters
    ----------
    y : array (I,), whole numbers
        The labels, each from 0 to K - 1. I may be 1, and it may be 0.
    K : int
        The number of classes, at least 1. Not every class has to occur in y.

    Returns
    -------
    array (I, K)
        Floats (float64): row i is zero but for a 1 in column y[i]. No labels, I = 0, give shape
        (0, K).

    Raises
    ------
    ValueError
        If a label is below 0 or above K - 1.

    Notes
    -----
    Bishop, Pattern Recognition and Machine Learning, section 2.2, under the name of 1-of-K
    scheme.

    Examples
    --------
    >>> one_hot(np.array([2, 0, 1]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.],
           [0., 1., 0.]])
    >>> one_hot(np.array([1, 1]), 4)
    array([[0., 1., 0., 0.],
           [0., 1., 0., 0.]])
    >>> one_hot(np.array([0, 3]), 3)
    Traceback (most recent call last):
    ValueError: labels must be at least 0 and below 3
    """
    if np.any((y < 0) | (y >= K)):
        raise ValueError(f"labels must be at least 0 and below {K}")
    # row k of the identity matrix is the code of class k
    rows: np.ndarray = np.eye(K)[y]
    return rows


def cross_entropy(y: np.ndarray, P: np.ndarray) -> float:
    """Measure how surprised a model is by labels from 0 to K - 1.

    Parameters
    ----------
    y : array (I,), whole numbers
        The labels, each from 0 to K - 1.
    P : array (I, K)
        Probabilities, one example per row: P[i, k] is what the model gives to class k, and each
        row sums to 1. The probability of an example's own label is above 0. Those of other
        classes may be exactly 0.

    Returns
    -------
    float
        The mean cost of an example, in nats (natural logarithm).

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Prince, Understanding Deep Learning, section 5.5.

    Examples
    --------
    >>> round(cross_entropy(np.array([0]), np.array([[0.5, 0.3, 0.2]])), 6)
    0.693147
    >>> round(cross_entropy(np.array([2, 0]), np.array([[0.2, 0.2, 0.6], [0.9, 0.1, 0.0]])), 6)
    0.308093
    """
    if y.size == 0:
        raise ValueError("there are no examples to average over")
    # -1/I times the sum over i of ln P[i, y_i]: rows 0, 1, 2, ... beside their labels
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


def softmax_cross_entropy(Z: np.ndarray, y: np.ndarray) -> float:
    """Measure the cross-entropy of labels straight from the scores, before any softmax.

    Parameters
    ----------
    Z : array (I, K)
        Scores, also called logits, one example per row: any real numbers, however large. The
        array is not changed.
    y : array (I,), whole numbers
        The labels, each from 0 to K - 1.

    Returns
    -------
    float
        The mean over the examples of -ln softmax(Z[i])[y[i]]. It is finite for scores of any
        size up to a thousand and beyond, without a floating-point warning.

    Raises
    ------
    ValueError
        If there are no examples, I = 0.

    Notes
    -----
    Prince, Understanding Deep Learning, section 5.5; Goodfellow, Bengio and Courville, Deep
    Learning, section 4.1, on why softmax overflows and how to prevent it.

    Examples
    --------
    >>> round(softmax_cross_entropy(np.array([[0.0, 0.0, 0.0, 0.0]]), np.array([2])), 6)
    1.386294
    >>> round(softmax_cross_entropy(np.array([[2.0, 0.0, -1.0], [0.5, 1.0, 0.0]]), np.array([0, 2])), 6)
    0.925058
    >>> softmax_cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    1000.0
    """
    if y.size == 0:
        raise ValueError("there are no examples to average over")
    # softmax stays the same when a row is shifted, so let the largest score of each row be 0: no exp can overflow
    Z = Z - Z.max(axis=1, keepdims=True)
    # -ln softmax(z)_y = ln(sum over k of e^z_k) - z_y
    log_sum = np.log(np.sum(np.exp(Z), axis=1))
    return float(np.mean(log_sum - Z[np.arange(len(y)), y]))
