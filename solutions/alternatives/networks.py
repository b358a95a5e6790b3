"""The exercises of the networks, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "shallow_1d": [
        # broadcasting
        """
def shallow_1d(x, theta, phi):
    pre = theta[:, 0] + x[:, None] * theta[:, 1]
    act = np.where(pre > 0, pre, 0.0)
    return phi[0] + np.sum(phi[1:] * act, axis=1), pre, act
""",
        # a loop over examples and units
        """
def shallow_1d(x, theta, phi):
    I, H = len(x), len(theta)
    pre, act, y = np.zeros((I, H)), np.zeros((I, H)), np.zeros(I)
    for i in range(I):
        y[i] = phi[0]
        for h in range(H):
            pre[i, h] = theta[h, 0] + theta[h, 1] * x[i]
            act[i, h] = max(pre[i, h], 0.0)
            y[i] += phi[h + 1] * act[i, h]
    return y, pre, act
""",
        # a column of ones in front of x, and another in front of act
        """
def shallow_1d(x, theta, phi):
    ones = np.ones((len(x), 1))
    pre = np.hstack([ones, x.reshape(-1, 1)]) @ theta.T
    act = pre.clip(min=0)
    y = np.hstack([ones, act]) @ phi
    return y, pre, act
""",
        # a mask on a copy
        """
def shallow_1d(x, theta, phi):
    offsets, slopes = theta.T
    pre = np.add.outer(np.zeros(x.shape), offsets) + np.multiply.outer(x, slopes)
    act = pre.copy()
    act[act < 0] = 0
    return np.dot(act, phi[1:]) + phi[0], pre, act
""",
        """
def shallow_1d(x, theta, phi):
    pre = np.einsum("i,h->ih", x, theta[:, 1]) + theta[:, 0]
    act = (pre + np.abs(pre)) / 2
    return np.einsum("ih,h->i", act, phi[1:]) + phi[0], pre, act
""",
        # one unit after another, as columns
        """
def shallow_1d(x, theta, phi):
    lines = [offset + slope * x for offset, slope in theta]
    pre = np.stack(lines, axis=-1)
    act = np.maximum(0, pre)
    y = np.full(len(x), phi[0])
    for weight, bent in zip(phi[1:], act.T):
        y += weight * bent
    return y, pre, act
""",
        # one unit per row inside, transposed at the end
        """
def shallow_1d(x, theta, phi):
    pre = theta[:, :1] + theta[:, 1:] * x
    act = pre * (pre > 0)
    y = phi[1:] @ act + phi[0]
    return y, pre.T, act.T
""",
        # a helper, and a list as the answer
        """
def relu_of(z):
    return np.fmax(z, 0.0)

def shallow_1d(x, theta, phi):
    hidden = x[:, np.newaxis] @ theta[:, 1][np.newaxis, :] + theta[:, 0]
    return [(relu_of(hidden) @ phi[1:, np.newaxis] + phi[0])[:, 0], hidden, relu_of(hidden)]
""",
        # polynomials of degree one
        """
def shallow_1d(x, theta, phi):
    pre = np.empty((x.size, theta.shape[0]))
    for h, unit in enumerate(theta):
        pre[:, h] = np.polyval(unit[::-1], x)
    act = np.maximum(pre, np.zeros_like(pre))
    return phi[0] + np.tensordot(act, phi[1:], axes=1), pre, act
""",
        # as the dense network that it is
        """
def shallow_1d(x, theta, phi):
    layers = [(theta[:, 1:].T, theta[:, 0]), (phi[1:].reshape(-1, 1), phi[:1])]
    Y, cache = mlp_forward(x.reshape(-1, 1), layers, lambda z: np.maximum(z, 0.0), lambda z: z)
    return Y.ravel(), cache[0][1], cache[1][0]
""",
        # example by example
        """
def shallow_1d(x, theta, phi):
    y, pre, act = np.zeros(len(x)), np.zeros((len(x), len(theta))), np.zeros((len(x), len(theta)))
    for i, number in enumerate(x):
        pre[i] = theta @ np.array([1.0, number])
        act[i] = [line if line > 0 else 0.0 for line in pre[i]]
        y[i] = phi @ np.append(1.0, act[i])
    return y, pre, act
""",
    ],
    "xor_network": [
        # one signal without the other
        """
def xor_network():
    return [(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
""",
        # joints between the corners
        """
def xor_network():
    return [(np.ones((2, 2)), np.array([-0.5, -1.5])), (np.array([[2.0], [-6.0]]), np.array([0.0]))]
""",
        # plain lists of whole numbers
        """
def xor_network():
    return [([[1, 1], [1, 1]], [0, -1]), ([[1], [-2]], [0])]
""",
        # three hidden neurons: a hat
        """
def xor_network():
    W1 = np.ones((2, 3))
    b1 = np.array([0.0, -1.0, -2.0])
    W2 = np.array([[1.0], [-2.0], [1.0]])
    return [(W1, b1), (W2, np.zeros(1))]
""",
        # within the margin, not exact
        """
def xor_network():
    hidden = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.1, -1.05])
    return [hidden, (np.array([[1.1], [-2.1]]), np.array([0.05]))]
""",
        # 1 minus what is too much and what is too little
        """
def xor_network():
    W1 = np.array([[2.0, -2.0], [2.0, -2.0]])
    b1 = np.array([-2.0, 2.0])
    W2 = np.full((2, 1), -0.5)
    b2 = np.ones(1)
    return ((W1, b1), (W2, b2))
""",
        # the second neuron is an AND
        """
xor_network = lambda: [
    [np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([0.0, 0.0, -1.0])],
    [np.array([[1.0], [1.0], [-2.0]]), np.array([0.0])],
]
""",
        # a neuron that is silent for ever does no harm
        """
def xor_network():
    params = []
    params.append((np.array([[3.0, -3.0, 0.0], [-3.0, 3.0, 0.0]]), np.array([0.0, 0.0, -1.0])))
    params.append((np.array([[1 / 3], [1 / 3], [5.0]]), np.array([0.0])))
    return params
""",
        # a neuron for each corner where XOR is true
        """
class Xor:
    corners = np.array([[0, 1], [1, 0]])

    def __call__(self):
        W1 = 2.0 * (2 * self.corners.T - 1)
        b1 = np.array([-1.0, -1.0])
        return [(W1, b1), (np.ones((2, 1)), np.zeros(1))]

xor_network = Xor()
""",
        # float32 and signals counted from 1/2
        """
def xor_network():
    W1 = np.array([[1, 1], [1, 1]], dtype=np.float32)
    b1 = np.array([-0.5, -1.0], dtype=np.float32)
    W2 = np.array([[2], [-3]], dtype=np.float32)
    return [(W1, b1), (W2, np.zeros(1, dtype=np.float32))]
""",
    ],
    "init_mlp": [
        """
def init_mlp(sizes, rng):
    return [(rng.normal(size=(m, n)) * np.sqrt(2 / m), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]
""",
        # standard_normal, and an index
        """
def init_mlp(sizes, rng):
    params = []
    for i in range(len(sizes) - 1):
        W = rng.standard_normal((sizes[i], sizes[i + 1])) * (2 / sizes[i]) ** 0.5
        params.append((W, np.zeros(sizes[i + 1])))
    return params
""",
        # He uniform has the same variance
        """
def init_mlp(sizes, rng):
    params = []
    for m, n in zip(sizes, sizes[1:]):
        limit = np.sqrt(6 / m)
        params.append((rng.uniform(-limit, limit, size=(m, n)), np.zeros(n)))
    return params
""",
        # a helper for one layer
        """
def one_layer(m, n, rng):
    return rng.normal(loc=0.0, scale=np.sqrt(2.0 / m), size=(m, n)), np.zeros((n,))

def init_mlp(sizes, rng):
    return tuple(one_layer(m, n, rng) for m, n in zip(sizes, sizes[1:]))
""",
        # drawn from the last layer to the first
        """
def init_mlp(sizes, rng):
    params = []
    for i in reversed(range(1, len(sizes))):
        shape = sizes[i - 1], sizes[i]
        params.insert(0, [np.sqrt(2 / shape[0]) * rng.standard_normal(shape), np.zeros(shape[1])])
    return params
""",
        # all numbers at once, then cut into layers
        """
def init_mlp(sizes, rng):
    shapes = list(zip(sizes[:-1], sizes[1:]))
    numbers = rng.standard_normal(sum(m * n for m, n in shapes))
    params, start = [], 0
    for m, n in shapes:
        W = numbers[start:start + m * n].reshape(m, n) / np.sqrt(m / 2)
        params.append((W, np.zeros(n)))
        start += m * n
    return params
""",
        # neuron by neuron
        """
def init_mlp(sizes, rng):
    params = []
    m = sizes[0]
    for n in sizes[1:]:
        W = np.empty((m, n))
        for k in range(n):
            W[:, k] = rng.normal(0, np.sqrt(2 / m), m)
        params.append((W, 0.0 * W[0]))
        m = n
    return params
""",
        """
from itertools import pairwise

init_mlp = lambda sizes, rng: [
    (rng.normal(0, np.sqrt(2 / m), (m, n)), np.repeat(0.0, n)) for m, n in pairwise(sizes)
]
""",
        # an array of the widths
        """
def init_mlp(sizes, rng):
    widths = np.array(sizes)
    deviations = np.sqrt(2 / widths[:-1])
    params = []
    for m, n, s in zip(widths[:-1], widths[1:], deviations):
        params.append((rng.normal(np.zeros((m, n)), s), np.zeros(n)))
    return params
""",
        # a generator function, made a list
        """
def layers_of(sizes, rng):
    left = sizes[0]
    for right in sizes[1:]:
        yield rng.normal(0.0, np.power(2 / left, 0.5), (right, left)).T.copy(), np.zeros(right)
        left = right

def init_mlp(sizes, rng):
    return list(layers_of(sizes, rng))
""",
        # a callable object
        """
class He:
    gain = 2.0

    def __call__(self, sizes, rng):
        todo, params = list(sizes), []
        while len(todo) > 1:
            m = todo.pop(0)
            n = todo[0]
            params.append((rng.standard_normal(size=(m, n)) * np.sqrt(self.gain / m), np.zeros(n)))
        return params

init_mlp = He()
""",
    ],
    "mlp_forward": [
        # hidden layers first, the output apart
        """
def mlp_forward(X, params, hidden, output):
    cache = []
    A = X
    for W, b in params[:-1]:
        Z = A @ W + b
        cache.append((A, Z))
        A = hidden(np.array(Z))
    W, b = params[-1]
    Z = A @ W + b
    cache.append((A, Z))
    return output(np.array(Z)), cache
""",
        # a copy goes into the cache, the original to the activation
        """
def mlp_forward(X, params, hidden, output):
    cache, A = [], X
    last = len(params) - 1
    for i in range(len(params)):
        Z = np.dot(A, params[i][0]) + params[i][1]
        cache.append((A.copy(), Z.copy()))
        A = output(Z) if i == last else hidden(Z)
    return A, cache
""",
        # a list of activations
        """
def mlp_forward(X, params, hidden, output):
    activations = [hidden] * (len(params) - 1) + [output]
    cache = []
    for (W, b), activation in zip(params, activations):
        Z = np.matmul(X, W) + b
        cache.append((X, Z))
        X = activation(Z.copy())
    return X, cache
""",
        # calls itself for what comes behind the first layer
        """
def mlp_forward(X, params, hidden, output):
    W, b = params[0]
    Z = X @ W + b
    if len(params) == 1:
        return output(Z.copy()), [(X, Z)]
    Y, cache = mlp_forward(hidden(Z.copy()), params[1:], hidden, output)
    return Y, [(X, Z)] + cache
""",
        """
def mlp_forward(X, params, hidden, output):
    inputs, sums = [X], []
    for l, (W, b) in enumerate(params):
        sums.append(np.einsum("id,dk->ik", inputs[-1], W) + b)
        inputs.append((hidden if l + 1 < len(params) else output)(sums[-1] + 0.0))
    return inputs[-1], list(zip(inputs[:-1], sums))
""",
        # the bias as the weight of a column of ones
        """
def mlp_forward(X, params, hidden, output):
    cache = []
    A = X
    todo = list(params)
    while todo:
        W, b = todo.pop(0)
        Z = np.c_[A, np.ones(len(A))] @ np.vstack([W, b])
        cache.append([A, Z])
        A = hidden(Z.copy()) if todo else output(Z.copy())
    return A, cache
""",
        # examples in columns inside, as some textbooks have it
        """
def mlp_forward(X, params, hidden, output):
    cache, A = (), X.T
    for l, (W, b) in enumerate(params):
        Z = W.T @ A + b[:, None]
        cache += ((A.T, Z.T),)
        A = (output if l == len(params) - 1 else hidden)(Z.T.copy()).T
    return A.T, cache
""",
        # a helper for one layer
        """
def dense(A, layer):
    W, b = layer
    return A.dot(W) + np.broadcast_to(b, (A.shape[0], b.size))

def mlp_forward(X, params, hidden, output):
    A, cache = X.copy(), []
    *body, head = params
    for layer in body:
        cache.append((A, dense(A, layer)))
        A = hidden(dense(A, layer))
    cache.append((A, dense(A, head)))
    return output(dense(A, head)), cache
""",
        # a callable object that keeps its cache to itself
        """
class Network:
    def __call__(self, X, params, hidden, output):
        self.cache = []
        A = X
        for W, b in params[:-1]:
            A = self.layer(A, W, b, hidden)
        Y = self.layer(A, *params[-1], output)
        return Y, self.cache

    def layer(self, A, W, b, activation):
        Z = A @ W
        Z += b
        self.cache.append((A, Z.copy()))
        return activation(Z)

mlp_forward = Network()
""",
        # loops over neurons, renamed arguments
        """
def mlp_forward(data, layers, bend_hidden, bend_output):
    seen, cache = data, []
    for number, (weights, biases) in enumerate(layers, 1):
        before = np.zeros((len(seen), len(biases)))
        for k in range(len(biases)):
            before[:, k] = seen @ weights[:, k] + biases[k]
        bend = bend_output if number == len(layers) else bend_hidden
        cache.append((seen, before))
        seen = np.asarray(bend(before.copy()))
    return [seen, cache]
""",
        # functools
        """
from functools import reduce

def mlp_forward(X, params, hidden, output):
    cache = []

    def one(A, step):
        (W, b), activation = step
        cache.append((A, A @ W + b))
        return activation(cache[-1][1].copy())

    return reduce(one, zip(params, [hidden] * (len(params) - 1) + [output]), X), cache
""",
    ],
    "collapse_linear": [
        # from the last layer to the first
        """
def collapse_linear(params):
    W, b = params[-1]
    W, b = W.copy(), b.copy()
    for V, c in reversed(params[:-1]):
        b = c @ W + b
        W = V @ W
    return W, b
""",
        # begin with the identity
        """
def collapse_linear(params):
    D = params[0][0].shape[0]
    W, b = np.eye(D), 0
    for V, c in params:
        b = np.dot(b * np.ones(V.shape[0]), V) + c
        W = np.dot(W, V)
    return W, b
""",
        # ask the network: zeros for the bias, unit vectors for the rows
        """
def collapse_linear(params):
    def answer(A):
        for W, b in params:
            A = A @ W + b
        return A
    D = params[0][0].shape[0]
    b = answer(np.zeros(D))
    return answer(np.eye(D)) - b, b
""",
        # calls itself
        """
def collapse_linear(params):
    if len(params) == 1:
        return params[0]
    (W1, b1), (W2, b2), *rest = params
    return collapse_linear([(W1 @ W2, b1 @ W2 + b2), *rest])
""",
        # the weights and biases in one matrix with a corner of 1
        """
def collapse_linear(params):
    def block(W, b):
        M = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
        M[:-1, :-1], M[-1, :-1], M[-1, -1] = W, b, 1.0
        return M
    M = block(*params[0])
    for W, b in params[1:]:
        M = M @ block(W, b)
    return M[:-1, :-1], M[-1, :-1]
""",
        # multi_dot for the weights, each bias pushed through all that comes behind it
        """
def collapse_linear(params):
    weights = [W for W, b in params]
    W = np.linalg.multi_dot(weights) if len(weights) > 1 else weights[0].copy()
    total = np.zeros(W.shape[1])
    for l, (_, b) in enumerate(params):
        for V in weights[l + 1:]:
            b = b @ V
        total += b
    return W, total
""",
        """
from functools import reduce

collapse_linear = lambda params: reduce(lambda f, g: (f[0] @ g[0], f[1] @ g[0] + g[1]), params)
""",
        # transposed, W x + b
        """
def collapse_linear(params):
    W, b = params[0][0].T, params[0][1].reshape(-1, 1)
    for V, c in params[1:]:
        W = V.T @ W
        b = V.T @ b + c.reshape(-1, 1)
    return W.T, b.ravel()
""",
        """
def collapse_linear(params):
    W = params[0][0]
    b = params[0][1]
    for i in range(1, len(params)):
        W = np.einsum("ij,jk->ik", W, params[i][0])
        b = np.einsum("j,jk->k", b, params[i][0]) + params[i][1]
    return [W, b]
""",
        # through the exercise before, with the identity everywhere
        """
def collapse_linear(params):
    same = lambda Z: Z
    D = len(params[0][0])
    Y, _ = mlp_forward(np.vstack([np.zeros((1, D)), np.eye(D)]), params, same, same)
    return Y[1:] - Y[0], Y[0].copy()
""",
        # loops all the way down
        """
def matrix_product(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for k in range(B.shape[1]):
            C[i, k] = sum(A[i, j] * B[j, k] for j in range(B.shape[0]))
    return C

def collapse_linear(params):
    W, b = params[0]
    for V, c in params[1:]:
        W = matrix_product(W, V)
        b = matrix_product(b[None, :], V)[0] + c
    return W, b
""",
    ],
    "count_regions_1d": [
        # a set
        """
def count_regions_1d(theta):
    joints = set()
    for offset, slope in theta:
        if slope != 0:
            joints.add(-offset / slope)
    return len(joints) + 1
""",
        """
def count_regions_1d(theta):
    return 1 + len({o / s for o, s in theta.tolist() if s})
""",
        # sorted neighbours
        """
def count_regions_1d(theta):
    slopes = theta[:, 1]
    keep = slopes != 0
    joints = np.sort(-theta[keep, 0] / slopes[keep])
    if joints.size == 0:
        return 1
    return int(np.sum(np.diff(joints) > 0)) + 2
""",
        # where-division, nan for those without a joint
        """
def count_regions_1d(theta):
    joints = np.full(len(theta), np.nan)
    np.divide(-theta[:, 0], theta[:, 1], out=joints, where=theta[:, 1] != 0)
    return np.unique(joints[~np.isnan(joints)]).size + 1
""",
        # a list that refuses what it has already
        """
def count_regions_1d(theta):
    found = []
    for h in range(theta.shape[0]):
        if theta[h, 1] == 0.0:
            continue
        joint = -theta[h, 0] / theta[h, 1]
        if joint not in found:
            found.append(joint)
    return len(found) + 1
""",
        # without any division: o1 s2 == o2 s1
        """
def count_regions_1d(theta):
    bent = [row for row in theta if row[1] != 0]
    regions = 1
    for i, (o, s) in enumerate(bent):
        if not any(o * bent[j][1] == bent[j][0] * s for j in range(i)):
            regions += 1
    return regions
""",
        # NumPy's warnings switched off, infinities and nan sorted out
        """
def count_regions_1d(theta):
    with np.errstate(all="ignore"):
        joints = -theta[:, 0] / theta[:, 1]
    return len(np.unique(joints[np.isfinite(joints)])) + 1
""",
        # rounding, in case two joints differ in their last digit only
        """
def count_regions_1d(theta):
    bent = theta[np.nonzero(theta[:, 1])]
    return np.int64(len(np.unique(np.round(bent[:, 0] / bent[:, 1], 9))) + 1)
""",
        """
count_regions_1d = lambda theta: len(dict.fromkeys(-o / s for o, s in theta if s != 0)) + 1
""",
        # really counting regions: who is awake between the joints
        """
def count_regions_1d(theta):
    bent = theta[theta[:, 1] != 0]
    joints = sorted(set(-bent[:, 0] / bent[:, 1]))
    if not joints:
        return 1
    middles = [(a + b) / 2 for a, b in zip(joints, joints[1:])]
    probes = [joints[0] - 1, *middles, joints[-1] + 1]
    patterns = {tuple(bent[:, 0] + bent[:, 1] * x > 0) for x in probes}
    return len(patterns)
""",
        # a pairwise table
        """
def count_regions_1d(theta):
    kept = theta[theta[:, 1] != 0]
    joints = -kept[:, 0] / kept[:, 1]
    equal = joints[:, None] == joints[None, :]
    earlier = np.tril(equal, -1).any(axis=1)
    return int((~earlier).sum()) + 1
""",
    ],
    "depth_report": [
        # if, elif, else
        """
def depth_report(sizes):
    hidden = len(sizes) - 2
    if hidden == 0:
        kind = "linear"
    elif hidden == 1:
        kind = "shallow"
    else:
        kind = "deep"
    return {"hidden_layers": hidden, "weight_layers": hidden + 1, "kind": kind}
""",
        # a tuple of names
        """
def depth_report(sizes):
    hidden = len(sizes[1:-1])
    kind = ("linear", "shallow", "deep")[min(hidden, 2)]
    return {"kind": kind, "hidden_layers": hidden, "weight_layers": len(sizes[1:])}
""",
        # dict, and a lookup with a default
        """
def depth_report(sizes):
    weights = len(list(zip(sizes, sizes[1:])))
    kinds = {1: "linear", 2: "shallow"}
    return dict(weight_layers=weights, hidden_layers=weights - 1, kind=kinds.get(weights, "deep"))
""",
        # counting
        """
def depth_report(sizes):
    report = {"hidden_layers": 0, "weight_layers": 0, "kind": "linear"}
    for place in range(1, len(sizes)):
        report["weight_layers"] += 1
        if place < len(sizes) - 1:
            report["hidden_layers"] += 1
    if report["hidden_layers"] == 1:
        report["kind"] = "shallow"
    if report["hidden_layers"] > 1:
        report["kind"] = "deep"
    return report
""",
        # unpacking
        """
def depth_report(sizes):
    first, *hidden, last = sizes
    match hidden:
        case []:
            kind = "linear"
        case [_]:
            kind = "shallow"
        case _:
            kind = "deep"
    return {"hidden_layers": len(hidden), "weight_layers": len([*hidden, last]), "kind": kind}
""",
        # a helper
        """
def kind_of(hidden):
    if hidden < 1:
        return "linear"
    return "deep" if hidden > 1 else "shallow"

def depth_report(sizes):
    n = len(sizes)
    return {"hidden_layers": n - 2, "weight_layers": n - 1, "kind": kind_of(n - 2)}
""",
        # arrays and NumPy's integers
        """
def depth_report(sizes):
    widths = np.asarray(sizes)
    weights = np.int64(widths.size - 1)
    kind = str(np.select([weights == 1, weights == 2], ["linear", "shallow"], "deep"))
    return {"hidden_layers": weights - 1, "weight_layers": weights, "kind": kind}
""",
        """
depth_report = lambda sizes: {
    "hidden_layers": len(sizes) - 2,
    "weight_layers": len(sizes) - 1,
    "kind": "deep" if len(sizes) > 3 else "shallow" if len(sizes) > 2 else "linear",
}
""",
        # calls itself on a copy
        """
def depth_report(sizes):
    if len(sizes) == 2:
        return {"hidden_layers": 0, "weight_layers": 1, "kind": "linear"}
    report = depth_report(sizes[1:])
    report["hidden_layers"] += 1
    report["weight_layers"] += 1
    report["kind"] = "shallow" if report["kind"] == "linear" else "deep"
    return report
""",
        # a callable object that takes a copy apart
        """
class Report:
    def __call__(self, sizes):
        left = list(sizes)
        left.pop(0)
        left.pop()
        names = ["linear", "shallow"] + ["deep"] * len(left)
        return {"hidden_layers": len(left), "weight_layers": len(left) + 1, "kind": names[len(left)]}

depth_report = Report()
""",
    ],
}
