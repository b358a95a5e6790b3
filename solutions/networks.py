"""Networks: layers behind layers, shallow and deep, and what depth is good for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def shallow_1d(x: np.ndarray, theta: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run a shallow network with one input, H hidden units with ReLU, and one output.

    Parameters
    ----------
    x : array (I,)
        One number for each example; I may be 1, and it may be 0.
    theta : array (H, 2)
        One hidden unit per row: theta[:, 0] are the offsets, theta[:, 1] the slopes.
    phi : array (H + 1,)
        phi[0] is the offset of the output, and phi[1], ..., phi[H] are the weights of the
        hidden units.

    Returns
    -------
    y : array (I,)
        The outputs. They may well be negative: the ReLU belongs to the hidden units alone.
    pre : array (I, H)
        The straight line of each hidden unit before the ReLU: one example per row, one hidden
        unit per column.
    act : array (I, H)
        The same after the ReLU. All three are new arrays.

    Notes
    -----
    Prince, *Understanding Deep Learning* (2023), section 3.1.

    Examples
    --------
    >>> theta = np.array([[-1.0, 1.0], [3.0, -1.0]])
    >>> y, pre, act = shallow_1d(np.array([0.0, 2.0, 4.0]), theta, np.array([-5.0, 2.0, 1.0]))
    >>> pre
    array([[-1.,  3.],
           [ 1.,  1.],
           [ 3., -1.]])
    >>> act
    array([[0., 3.],
           [1., 1.],
           [3., 0.]])
    >>> y
    array([-2., -2.,  1.])
    """
    # pre_ih = theta_h0 + theta_h1 x_i
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    # act_ih = ReLU(pre_ih)
    act = np.maximum(pre, 0.0)
    # y_i = phi_0 + sum over h of phi_h act_ih
    y = phi[0] + act @ phi[1:]
    return y, pre, act


def xor_network() -> list[tuple[np.ndarray, np.ndarray]]:
    """Choose the weights of a network with one hidden layer that computes XOR, "one or the other but not both".

    Returns
    -------
    list of two pairs (W, b)
        The hidden layer, W (2, H) and b (H,), and the output layer, W (H, 1) and b (1,). H is
        for you to choose. With ReLU on the hidden layer and nothing on the output, the answer
        is within 0.25 of 1 for the signals (0, 1) and (1, 0), and within 0.25 of 0 for (0, 0)
        and (1, 1).

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.1, treat the same
    puzzle.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> (W1, b1), (W2, b2) = xor_network()
    >>> Y = np.maximum(corners @ W1 + b1, 0.0) @ W2 + b2
    >>> Y.shape
    (4, 1)
    >>> bool(abs(Y[0, 0]) <= 0.25)
    True
    >>> bool(abs(Y[1, 0] - 1) <= 0.25)
    True
    """
    # both hidden neurons add the signals; the second hears nothing until both are there
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    # ReLU(x1 + x2) - 2 ReLU(x1 + x2 - 1): up by one for the first signal, down by one for the second
    W2, b2 = np.array([[1.0], [-2.0]]), np.array([0.0])
    return [(W1, b1), (W2, b2)]


def init_mlp(sizes: list[int], rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Make a network that has not learned anything yet: random weights of the scale of He et al., and zero biases.

    Parameters
    ----------
    sizes : list of int
        The number of inputs, then the number of neurons of each layer; at least two entries.
        The list is not changed.
    rng : numpy.random.Generator
        Where all randomness comes from. In the same state it gives the same network; in another
        state, another one.

    Returns
    -------
    list of pairs (W, b)
        One pair for each layer, from the first to the last. W (D_in, D_out) is drawn from a
        distribution with mean 0 and variance 2 / D_in, where D_in is the number of inputs of
        *this* layer; b (D_out,) is zeros. All float64.

    Notes
    -----
    He, Zhang, Ren and Sun, "Delving Deep into Rectifiers" (2015), section 2.2.

    Examples
    --------
    >>> params = init_mlp([4, 3, 2], np.random.default_rng(0))
    >>> [W.shape for W, b in params]
    [(4, 3), (3, 2)]
    >>> params[0][1]
    array([0., 0., 0.])
    >>> W, b = init_mlp([400, 50], np.random.default_rng(1))[0]
    >>> bool(0.95 < W.std() / np.sqrt(2 / 400) < 1.05)
    True
    """
    params = []
    for layer in range(1, len(sizes)):
        D_in, D_out = sizes[layer - 1], sizes[layer]
        # W ~ Normal(0, 2 / D_in)
        W = rng.normal(0.0, np.sqrt(2.0 / D_in), (D_in, D_out))
        # b = 0
        params.append((W, np.zeros(D_out)))
    return params


def mlp_forward(
    X: np.ndarray,
    params: list[tuple[np.ndarray, np.ndarray]],
    hidden: Callable[[np.ndarray], np.ndarray],
    output: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Run a network of any depth, and keep what each layer has seen and computed.

    Parameters
    ----------
    X : array (I, D_0)
        One example per row; I may be 1, and it may be 0.
    params : list of pairs (W, b)
        At least one layer; layer l has W (D_{l-1}, D_l) and b (D_l,). Nothing in it is changed.
    hidden : function
        The activation of every layer but the last, from an array to one of the same shape. Call
        it exactly once for each hidden layer, on all of Z. It may write its answer into the
        array that it is given.
    output : function
        The activation of the last layer. Call it exactly once. It may write into its argument,
        too.

    Returns
    -------
    Y : array (I, D_L)
        The answers of the last layer.
    cache : list of pairs (A_in, Z)
        One pair for each layer, from the first to the last: what entered the layer, (I,
        D_{l-1}), and its pre-activations, (I, D_l), as they were before the activation. These
        may be the very arrays that you computed with, and the first A_in may be X itself.

    Notes
    -----
    Goodfellow, Bengio and Courville, *Deep Learning* (2016), algorithm 6.3, with one example
    per row.

    Examples
    --------
    >>> params = [(np.array([[1.0, -1.0]]), np.array([0.0, 1.0])), (np.array([[2.0], [3.0]]), np.array([-10.0]))]
    >>> Y, cache = mlp_forward(np.array([[2.0], [-3.0]]), params, lambda Z: np.maximum(Z, 0.0), np.abs)
    >>> Y
    array([[6.],
           [2.]])
    >>> [(A_in.tolist(), Z.tolist()) for A_in, Z in cache]
    [([[2.0], [-3.0]], [[2.0, -1.0], [-3.0, 4.0]]), ([[2.0, 0.0], [0.0, 4.0]], [[-6.0], [2.0]])]
    >>> Y, cache = mlp_forward(np.zeros((0, 1)), params, np.tanh, np.abs)
    >>> Y.shape
    (0, 1)
    """
    cache = []
    A = X
    for layer, (W, b) in enumerate(params, start=1):
        # Z_l = A_{l-1} W_l + b_l
        Z = A @ W + b
        cache.append((A, Z))
        # A_l = activation(Z_l), of a copy: some activations write into what they are given
        activation = output if layer == len(params) else hidden
        A = activation(Z.copy())
    return A, cache


def collapse_linear(params: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Turn a network whose activations are all the identity into the one layer that does the same.

    Parameters
    ----------
    params : list of pairs (W, b)
        At least one layer; layer l has W (D_{l-1}, D_l) and b (D_l,). Nothing in it is changed.

    Returns
    -------
    W : array (D_0, D_L)
        The weights of the one layer.
    b : array (D_L,)
        Its biases. For every X (I, D_0), X @ W + b is what the whole network answers. With two
        layers or more, both are new arrays; with one layer, they may be that layer's own.

    Notes
    -----
    Prince, *Understanding Deep Learning* (2023), chapter 4, composes networks in the same
    manner.

    Examples
    --------
    >>> first = (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0]))
    >>> second = (np.array([[1.0, 0.0], [3.0, 1.0]]), np.array([10.0, 20.0]))
    >>> W, b = collapse_linear([first, second])
    >>> W
    array([[7., 2.],
           [3., 1.]])
    >>> b
    array([ 8., 19.])
    """
    W, b = params[0]
    for W_next, b_next in params[1:]:
        # (x W + b) W' + b' = x (W W') + (b W' + b')
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def count_regions_1d(theta: np.ndarray) -> int:
    """Count the regions into which the joints of a shallow network divide the axis of its one input.

    Parameters
    ----------
    theta : array (H, 2)
        One hidden unit per row, at least one: theta[:, 0] are the offsets, theta[:, 1] the
        slopes, as in `shallow_1d`.

    Returns
    -------
    int
        The number of regions, at least 1. Units whose joints lie at exactly the same place
        share one joint; a unit with slope 0 has none.

    Notes
    -----
    Prince, *Understanding Deep Learning* (2023), section 3.1.

    Examples
    --------
    >>> count_regions_1d(np.array([[-1.0, 1.0], [3.0, -1.0]]))
    3
    >>> count_regions_1d(np.array([[1.0, 2.0], [0.5, 1.0], [2.0, 1.0]]))
    3
    """
    # a unit with slope 0 never reaches zero on its way, or always stays there: no joint
    bending = theta[theta[:, 1] != 0]
    # theta_0 + theta_1 x = 0 at the joint x = -theta_0 / theta_1
    joints = -bending[:, 0] / bending[:, 1]
    # n different joints cut a line into n + 1 regions
    return len(np.unique(joints)) + 1


def depth_report(sizes: list[int]) -> dict[str, int | str]:
    """Say how deep a network is.

    Parameters
    ----------
    sizes : list of int
        The number of inputs, then the number of neurons of each layer; at least two entries.
        The list is not changed.

    Returns
    -------
    dict
        'hidden_layers': how many layers are neither the input nor the output. 'weight_layers':
        how many layers have weights. 'kind': 'linear' without a hidden layer, 'shallow' with
        one, 'deep' with two or more.

    Notes
    -----
    Prince, *Understanding Deep Learning* (2023), section 3.5, calls networks with one hidden
    layer shallow.

    Examples
    --------
    >>> depth_report([13, 8, 3]) == {"hidden_layers": 1, "weight_layers": 2, "kind": "shallow"}
    True
    """
    # the input and the output are columns of the picture, but no hidden ones
    hidden_layers = len(sizes) - 2
    kind = "linear" if hidden_layers == 0 else "shallow" if hidden_layers == 1 else "deep"
    # one W between every two neighbours: L + 1 columns have L layers of weights
    return {"hidden_layers": hidden_layers, "weight_layers": len(sizes) - 1, "kind": kind}
