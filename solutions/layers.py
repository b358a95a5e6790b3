"""Layers: many neurons side by side, and what has to be right before data may enter them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def flatten(images: np.ndarray) -> np.ndarray:
    """Lay the pixels of each picture out in one row.

    Parameters
    ----------
    images : array (I, H, W)
        I pictures, at least one, of H rows and W columns of pixels.

    Returns
    -------
    array (I, H * W)
        One picture per row: its pixels as one reads a page, the first line from left to right,
        then the second, and so on. The type of the numbers stays as it is. The result may be a
        view of the pictures; their own shape stays.

    Examples
    --------
    >>> flatten(np.array([[[1, 2, 3], [4, 5, 6]]]))
    array([[1, 2, 3, 4, 5, 6]])
    >>> flatten(np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[9.0, 0.0], [1.0, 2.0]]]))
    array([[1., 2., 3., 4.],
           [5., 6., 7., 8.],
           [9., 0., 1., 2.]])
    >>> flatten(np.zeros((5, 8, 8))).shape
    (5, 64)
    """
    # the axis of the examples stays, all that is behind it becomes one axis
    return images.reshape(len(images), -1)


def init_layer(D_in: int, D_out: int, rng: np.random.Generator, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Make a layer that has not learned anything yet: small random weights, and biases of zero.

    Parameters
    ----------
    D_in : int
        How many numbers enter each neuron.
    D_out : int
        How many neurons stand side by side.
    rng : numpy.random.Generator
        Where all randomness comes from. In the same state it gives the same layer; in another
        state, another one.
    scale : float
        The standard deviation of the weights, positive.

    Returns
    -------
    W : array (D_in, D_out)
        Each entry is drawn for itself from Normal(0, scale^2), as float64. Column k belongs to
        neuron k.
    b : array (D_out,)
        Zeros, as float64.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 8.4, on why the weights
    start at random.

    Examples
    --------
    >>> W, b = init_layer(3, 2, np.random.default_rng(0), 0.1)
    >>> W.shape
    (3, 2)
    >>> b
    array([0., 0.])
    >>> W, b = init_layer(400, 50, np.random.default_rng(1), 0.1)
    >>> bool(0.09 < W.std() < 0.11)
    True
    """
    # W ~ Normal(0, scale^2)
    W = rng.normal(0.0, scale, (D_in, D_out))
    # b = 0
    b = np.zeros(D_out)
    return W, b


def dense_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute the pre-activations of all neurons of a layer, for all examples.

    Parameters
    ----------
    X : array (I, D_in)
        One example per row; I may be 1, and it may be 0.
    W : array (D_in, D_out)
        One neuron per column.
    b : array (D_out,)
        One bias for each neuron.

    Returns
    -------
    array (I, D_out)
        The pre-activation of each neuron for each example, a new array: float32 when X, W and b
        are float32, and float64 when they are float64 or integers.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), chapter 6, with one example per
    row.

    Examples
    --------
    >>> X = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])
    >>> W = np.array([[1.0, 0.0, 2.0, -1.0], [0.5, 1.0, 0.0, 1.0]])
    >>> dense_forward(X, W, np.array([0.0, 10.0, 20.0, 30.0]))
    array([[ 2. , 12. , 22. , 31. ],
           [ 0.5, 11. , 20. , 31. ],
           [ 2.5,  9. , 26. , 26. ]])
    >>> dense_forward(np.array([[1, 2]]), np.array([[3], [4]]), np.array([5]))
    array([[16.]])
    >>> dense_forward(np.zeros((0, 2)), W, np.array([0.0, 10.0, 20.0, 30.0])).shape
    (0, 4)
    """
    # Z = X W + b: (I, D_in) times (D_in, D_out) is (I, D_out), and b joins every row; times 1.0, integers are floats
    Z: np.ndarray = X @ W + 1.0 * b
    return Z


def layer_forward(
    X: np.ndarray, W: np.ndarray, b: np.ndarray, activation: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Run a whole layer: the pre-activations Z, and the activations A that the next layer will see.

    Parameters
    ----------
    X : array (I, D_in)
        One example per row; I may be 1, and it may be 0.
    W : array (D_in, D_out)
        One neuron per column.
    b : array (D_out,)
        One bias for each neuron.
    activation : function
        Takes an array (I, D_out) and returns one of the same shape, each row for itself. It may
        write its answer into the array that it is given.

    Returns
    -------
    A : array (I, D_out)
        The activations. float32 in gives float32 out.
    Z : array (I, D_out)
        The pre-activations as they were before the activation, whatever it does to its own
        argument.

    Examples
    --------
    >>> X, b = np.array([[1.0, -2.0], [0.0, 1.0]]), np.array([1.0, 0.0, -3.0])
    >>> W = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 0.0]])
    >>> A, Z = layer_forward(X, W, b, np.abs)
    >>> A
    array([[4., 2., 1.],
           [4., 1., 3.]])
    >>> Z
    array([[-4., -2., -1.],
           [ 4.,  1., -3.]])
    """
    # Z = X W + b
    Z = dense_forward(X, W, b)
    # A = activation(Z), of a copy: some activations write into what they are given
    A = activation(Z.copy())
    return A, Z


def count_parameters(sizes: list[int]) -> int:
    """Count the numbers that a network of dense layers can learn: all its weights and all its biases.

    Parameters
    ----------
    sizes : list of int
        The number of inputs, then the number of neurons of each layer; at least one entry. The
        list is not changed.

    Returns
    -------
    int
        All weights and biases together. A list with one entry has inputs but no layer: 0.

    Examples
    --------
    >>> count_parameters([3, 2])
    8
    >>> count_parameters([64, 16, 10])
    1210
    """
    # D_in weights and one bias for each of the D_out neurons: (D_in + 1) D_out a layer
    return sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1))


def standardize(X_train: np.ndarray, X_test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift and scale each column with the mean and the standard deviation that it has in the training data.

    Parameters
    ----------
    X_train : array (I_train, D)
        The training data, one example per row, at least one.
    X_test : array (I_test, D)
        The test data; I_test may be 0.

    Returns
    -------
    X_train' : array (I_train, D)
        Each column has mean 0 and standard deviation 1 (that of `np.std`, which divides by
        I_train).
    X_test' : array (I_test, D)
        The test data, shifted and scaled by the same numbers as the training data.

    Notes
    -----
    A column whose training values are all equal has no spread to divide by: it is only shifted,
    in both sets.

    Examples
    --------
    >>> train, test = standardize(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[2.0, 5.0], [7.0, 6.0], [0.0, 5.0]]))
    >>> train
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> test
    array([[ 0.,  0.],
           [ 5.,  1.],
           [-2.,  0.]])
    """
    # mu and sigma: one number a column, from the training data alone
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    # a column that is constant is divided by 1
    constant = (X_train == X_train[0]).all(axis=0)
    std = np.where(constant, 1.0, std)
    # x' = (x - mu) / sigma
    return (X_train - mean) / std, (X_test - mean) / std


def output_activation(task: str) -> str:
    """Name the activation that belongs on the last layer.

    Parameters
    ----------
    task : str
        'regression' (any number), 'binary' (yes or no) or 'multiclass' (exactly one of K
        classes), written like this.

    Returns
    -------
    str
        'identity', 'sigmoid' or 'softmax'.

    Raises
    ------
    ValueError
        For every other text.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.2.2.

    Examples
    --------
    >>> output_activation("multiclass")
    'softmax'
    >>> output_activation("guessing")
    Traceback (most recent call last):
    ValueError: no task 'guessing': choose regression, binary or multiclass
    """
    # any number | a probability | K probabilities that sum to 1
    names = {"regression": "identity", "binary": "sigmoid", "multiclass": "softmax"}
    if task not in names:
        raise ValueError(f"no task {task!r}: choose regression, binary or multiclass")
    return names[task]
