"""The first network: everything so far in one place, from raw pictures to a network that reads digits."""

from __future__ import annotations

import numpy as np


def split(
    X: np.ndarray, y: np.ndarray, test_fraction: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Put some examples, chosen at random, aside for testing; the others are for training.

    Parameters
    ----------
    X : array (I, D)
        One example per row. The array is not changed.
    y : array (I,)
        Their labels. Label i belongs to row i, before the split and after it.
    test_fraction : float
        The share of the examples that become test data, from 0 to 1.
    rng : numpy.random.Generator
        Where all randomness comes from. In the same state it gives the same split; in another
        state, another one.

    Returns
    -------
    X_train : array (I - I_test, D)
        All rows that are not in X_test, each once, in any order.
    X_test : array (I_test, D)
        I_test = round(I * test_fraction) different rows, where `round` is Python's own.
    y_train : array (I - I_test,)
        The labels of X_train, row by row.
    y_test : array (I_test,)
        The labels of X_test, row by row. All four are new arrays, and the types of the numbers
        stay as they are.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 5.2 and 5.3, on why the
    test data stay unseen.

    Examples
    --------
    >>> X, y = np.array([[0, 0], [1, 10], [2, 20], [3, 30], [4, 40]]), np.array([0, 1, 2, 3, 4])
    >>> X_train, X_test, y_train, y_test = split(X, y, 0.4, np.random.default_rng(0))
    >>> X_train.shape, X_test.shape, y_train.shape, y_test.shape
    ((3, 2), (2, 2), (3,), (2,))
    >>> bool((X_test[:, 1] == 10 * y_test).all())
    True
    >>> sorted([*y_train.tolist(), *y_test.tolist()])
    [0, 1, 2, 3, 4]
    """
    # I_test = round(I * fraction)
    I_test = round(len(X) * test_fraction)
    # shuffle the row numbers once, and use the same order for X and for y
    order = rng.permutation(len(X))
    test, train = order[:I_test], order[I_test:]
    return X[train], X[test], y[train], y[test]


def mlp_loss_and_grads(
    X: np.ndarray, y: np.ndarray, params: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, list[tuple[np.ndarray, np.ndarray]]]:
    """Run a network forward to its loss, and backward to the gradient of every weight and bias.

    Parameters
    ----------
    X : array (I, D)
        One example per row, at least one.
    y : array (I,)
        The labels, whole numbers from 0 to K - 1.
    params : list of L pairs (W, b)
        One pair a layer, L >= 1. W has shape (D_in, D_out) and b has shape (D_out,); the last
        D_out is K. All hidden layers use ReLU; the last layer has no activation of its own, its
        Z are the scores for softmax.

    Returns
    -------
    loss : float
        The mean over the examples of -ln(probability that softmax gives to the true label).
    grads : list of L pairs (dW, db)
        The derivatives of the loss, in the order and the shapes of params. All are new arrays.

    Notes
    -----
    Where a pre-activation is exactly 0, the slope of ReLU counts as 0. Scores of plus or minus
    1000 give no overflow. Goodfellow, Bengio and Courville, *Deep Learning* (2016), section
    6.5; Prince, *Understanding Deep Learning* (2023), chapter 7.

    Examples
    --------
    >>> loss, grads = mlp_loss_and_grads(np.array([[2.0]]), np.array([1]), [(np.zeros((1, 2)), np.zeros(2))])
    >>> round(loss, 6)
    0.693147
    >>> dW, db = grads[0]
    >>> dW
    array([[ 1., -1.]])
    >>> db
    array([ 0.5, -0.5])
    >>> W1, b1, W2, b2 = np.array([[1.0, -1.0]]), np.zeros(2), np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([-2.0, 0.0])
    >>> loss, grads = mlp_loss_and_grads(np.array([[2.0]]), np.array([1]), [(W1, b1), (W2, b2)])
    >>> grads[0][0]
    array([[1., 0.]])
    """
    # forward: Z = A W + b and then A = max(0, Z), remembering what entered each layer
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0.0)
    # ln softmax(Z) = Z - ln sum exp(Z) for the last Z; with each row's largest score at 0, nothing can overflow
    Z = Z - Z.max(axis=1, keepdims=True)
    log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    # loss = -(1/I) sum over i of ln P[i, y_i]
    rows = np.arange(len(y))
    loss = -float(log_P[rows, y].mean())
    # backward: dZ = (P - Y) / I at the end
    dZ = np.exp(log_P)
    dZ[rows, y] -= 1.0
    dZ /= len(y)
    grads = []
    for A, (W, _) in zip(inputs[::-1], params[::-1], strict=True):
        # dW = A^T dZ and db = the sum of dZ over the examples
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        # one layer down: dA = dZ W^T, and it passes where ReLU was open; A > 0 says just that
        dZ = dZ @ W.T * (A > 0)
    return loss, grads[::-1]


def train_epoch(
    params: list[tuple[np.ndarray, np.ndarray]],
    X: np.ndarray,
    y: np.ndarray,
    lr: float,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], float]:
    """Go once through all examples, in random order, with one step of gradient descent for each minibatch.

    Parameters
    ----------
    params : list of pairs (W, b)
        The network as in `mlp_loss_and_grads`. Neither the list nor an array in it is changed.
    X : array (I, D)
        One example per row, at least one.
    y : array (I,)
        The labels.
    lr : float
        The learning rate.
    batch_size : int
        How many examples make a minibatch. The last minibatch is smaller when they do not go
        round.
    rng : numpy.random.Generator
        Draws the order of the examples. In the same state it gives the same order; in another
        state, another one.

    Returns
    -------
    params : list of pairs (W, b)
        The network after the last step, made of new arrays.
    mean_loss : float
        The mean of the minibatches' losses, each as it was just before its step.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 8.1.3, on minibatches.

    Examples
    --------
    >>> X, y, params = np.array([[2.0], [2.0]]), np.array([1, 1]), [(np.zeros((1, 2)), np.zeros(2))]
    >>> new, mean_loss = train_epoch(params, X, y, 0.5, 2, np.random.default_rng(0))
    >>> new[0][0]
    array([[-0.5,  0.5]])
    >>> new[0][1]
    array([-0.25,  0.25])
    >>> round(mean_loss, 6)
    0.693147
    """
    order = rng.permutation(len(X))
    losses = []
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        # theta <- theta - lr * d loss / d theta, for every W and every b
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        losses.append(loss)
    return params, float(np.mean(losses))


def fit(
    X: np.ndarray,
    y: np.ndarray,
    sizes: list[int],
    lr: float,
    epochs: int,
    rng: np.random.Generator,
    batch_size: int = 32,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[float]]:
    """Build a network and train it.

    Parameters
    ----------
    X : array (I, D)
        One example per row.
    y : array (I,)
        The labels, whole numbers from 0 to K - 1.
    sizes : list of int
        The number of inputs, then the number of neurons of each layer: [D, ..., K], at least
        two entries.
    lr : float
        The learning rate.
    epochs : int
        How often to go through all examples. 0 gives the network as it is before training.
    rng : numpy.random.Generator
        Draws the weights first, and the order of the examples in each epoch after that.
    batch_size : int
        How many examples make a minibatch.

    Returns
    -------
    params : list of pairs (W, b)
        The trained network, as in `mlp_loss_and_grads`. The same rng in the same state gives
        the same network.
    history : list of float
        The mean loss of each epoch, so `len(history) == epochs`.

    Notes
    -----
    Before training, the weights of every layer are random with mean 0 and variance 2 / D_in,
    and the biases are 0. He, Zhang, Ren and Sun, "Delving Deep into Rectifiers" (2015).

    Examples
    --------
    >>> X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    >>> params, history = fit(X, y, [2, 16, 2], 0.5, 200, np.random.default_rng(0), batch_size=4)
    >>> [(W.shape, b.shape) for W, b in params]
    [((2, 16), (16,)), ((16, 2), (2,))]
    >>> len(history), bool(history[-1] < 0.1)
    (200, True)
    >>> params, history = fit(X, y, [2, 3, 2], 0.5, 0, np.random.default_rng(0))
    >>> params[0][1], history
    (array([0., 0., 0.]), [])
    """
    # W ~ Normal(0, 2 / D_in) and b = 0
    params = []
    for layer in range(len(sizes) - 1):
        D_in, D_out = sizes[layer], sizes[layer + 1]
        params.append((rng.normal(0.0, np.sqrt(2.0 / D_in), (D_in, D_out)), np.zeros(D_out)))
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


def predict(X: np.ndarray, params: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Name the class that the network thinks most likely, for each example.

    Parameters
    ----------
    X : array (I, D)
        One example per row; I may be 1, and it may be 0.
    params : list of pairs (W, b)
        A network as in `mlp_loss_and_grads`: ReLU in all hidden layers, none in the last.

    Returns
    -------
    array (I,) of int
        For each row the number of the class with the largest score, from 0 to K - 1.

    Examples
    --------
    >>> X = np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 5.0]])
    >>> predict(X, [(np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]), np.zeros(3))])
    array([0, 1, 1])
    >>> predict(X, [(np.eye(2), np.array([-2.0, -3.0])), (np.eye(2), np.array([0.5, 0.0]))])
    array([0, 0, 1])
    """
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0.0)
    # the largest score has the largest probability too: softmax never changes the order
    best: np.ndarray = Z.argmax(axis=1)
    return best


def accuracy(y: np.ndarray, yhat: np.ndarray) -> float:
    """Measure the share of examples whose predicted label is the true one.

    Parameters
    ----------
    y : array (I,)
        The true labels, at least one.
    yhat : array (I,)
        The predicted labels.

    Returns
    -------
    float
        From 0.0 (all wrong) to 1.0 (all right).

    Raises
    ------
    ValueError
        If either of them, or both, has the shape (I, 1).

    Examples
    --------
    >>> accuracy(np.array([3, 1, 4, 1]), np.array([3, 1, 4, 5]))
    0.75
    >>> accuracy(np.array([3, 1]), np.array([[3], [1]]))
    Traceback (most recent call last):
    ValueError: the shapes (2,) and (2, 1) should be one and the same (I,)
    """
    if y.ndim != 1 or y.shape != yhat.shape:
        raise ValueError(f"the shapes {y.shape} and {yhat.shape} should be one and the same (I,)")
    # (1/I) * how often yhat_i = y_i
    return float(np.mean(y == yhat))


def confusion_matrix(y: np.ndarray, yhat: np.ndarray, K: int) -> np.ndarray:
    """Count, for each pair of classes, how often the one was predicted for the other.

    Parameters
    ----------
    y : array (I,)
        The true labels, whole numbers from 0 to K - 1. I may be 0.
    yhat : array (I,)
        The predicted labels, from 0 to K - 1 as well.
    K : int
        The number of classes. Some of them may occur in neither array.

    Returns
    -------
    array (K, K) of int
        Entry [k, j] says how many examples of class k (row: true) were taken for class j
        (column: predicted).

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 2, 1]), np.array([0, 2, 2, 1]), 3)
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    >>> int(confusion_matrix(np.array([0, 1, 1, 0]), np.array([1, 1, 0, 0]), 2).sum())
    4
    """
    # M[k, j] = the number of examples with y_i = k and yhat_i = j; add.at counts a repeated pair each time
    M = np.zeros((K, K), dtype=int)
    np.add.at(M, (y, yhat), 1)
    return M
