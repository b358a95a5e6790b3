"""The exercises of the first network, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "split": [
        # the training rows first, the test rows from the end
        """
def split(X, y, test_fraction, rng):
    order = rng.permutation(X.shape[0])
    n = X.shape[0] - round(X.shape[0] * test_fraction)
    return X[order[:n]], X[order[n:]], y[order[:n]], y[order[n:]]
""",
        # shuffles an array of row numbers in place
        """
def split(X, y, test_fraction, rng):
    numbers = np.arange(len(y))
    rng.shuffle(numbers)
    n = int(round(len(y) * test_fraction))
    return np.take(X, numbers[n:], axis=0), np.take(X, numbers[:n], axis=0), y[numbers[n:]], y[numbers[:n]]
""",
        # chooses the test rows and masks the others
        """
def split(X, y, test_fraction, rng):
    chosen = rng.choice(len(X), size=round(len(X) * test_fraction), replace=False)
    is_test = np.zeros(len(X), dtype=bool)
    is_test[chosen] = True
    return X[~is_test], X[is_test], y[~is_test], y[is_test]
""",
        # set difference
        """
def split(X, y, test_fraction, rng):
    rows = np.arange(len(X))
    test = rng.choice(rows, round(len(X) * test_fraction), replace=False)
    train = np.setdiff1d(rows, test)
    return X[train], X[test], y[train], y[test]
""",
        # sorts by random numbers
        """
def split(X, y, test_fraction, rng):
    order = np.argsort(rng.random(len(X)))
    n = round(test_fraction * len(X))
    return X[order][n:], X[order][:n], y[order][n:], y[order][:n]
""",
        # the same state of the generator twice
        """
import copy

def split(X, y, test_fraction, rng):
    twin = copy.deepcopy(rng)
    X, y = rng.permutation(X, axis=0), twin.permutation(y)
    n = round(len(X) * test_fraction)
    return X[n:], X[:n], y[n:], y[:n]
""",
        # np.split
        """
def split(X, y, test_fraction, rng):
    order = rng.permutation(len(X))
    (X_test, X_train), (y_test, y_train) = (np.split(a[order], [round(len(a) * test_fraction)]) for a in (X, y))
    return X_train, X_test, y_train, y_test
""",
        # a helper, and lists of row numbers
        """
def take(a, rows):
    return a[np.array(rows, dtype=int)]

def split(X, y, test_fraction, rng):
    rows = list(range(len(X)))
    rng.shuffle(rows)
    n = round(len(X) * test_fraction)
    test, train = rows[:n], rows[n:]
    return take(X, train), take(X, test), take(y, train), take(y, test)
""",
        # draws the test rows one by one, from what is left
        """
def split(X, y, test_fraction, rng):
    left, test = list(range(len(X))), []
    while len(test) < round(len(X) * test_fraction):
        test.append(left.pop(int(rng.integers(len(left)))))
    left, test = np.array(left, dtype=int), np.array(test, dtype=int)
    return X[left], X[test], y[left], y[test]
""",
        # a list as the answer, from a lambda
        """
split = lambda X, y, test_fraction, rng: (
    lambda order, n: [X[order[n:]], X[order[:n]], y[order[n:]], y[order[:n]]]
)(rng.permutation(len(X)), round(len(X) * test_fraction))
""",
        # np.delete
        """
def split(X, y, test_fraction, rng):
    test = rng.permutation(len(X))[:round(len(X) * test_fraction)]
    return np.delete(X, test, axis=0), X[test], np.delete(y, test), y[test]
""",
    ],
    "mlp_loss_and_grads": [
        # caches of inputs and pre-activations, one-hot labels
        """
def mlp_loss_and_grads(X, y, params):
    cache, A = [], X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = np.maximum(0, Z) if layer < len(params) - 1 else Z
    shifted = A - np.max(A, axis=1, keepdims=True)
    P = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    Y = np.eye(A.shape[1])[y]
    loss = np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - np.sum(shifted * Y, axis=1))
    dZ = (P - Y) / X.shape[0]
    grads = [None] * len(params)
    for layer in range(len(params) - 1, -1, -1):
        A_in, _ = cache[layer]
        grads[layer] = (A_in.T @ dZ, np.sum(dZ, axis=0))
        if layer > 0:
            dZ = (dZ @ params[layer][0].T) * (cache[layer - 1][1] > 0)
    return loss, grads
""",
        # recursion: each layer asks the rest of the network
        """
def mlp_loss_and_grads(X, y, params):
    I = len(y)

    def back(A, layers):
        (W, b), rest = layers[0], layers[1:]
        Z = A @ W + b
        if rest:
            loss, dA, grads = back(np.where(Z > 0, Z, 0.0), rest)
            dZ = np.where(Z > 0, dA, 0.0)
        else:
            top = Z.max(axis=1)
            log_sum = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
            loss, grads = float(np.mean(log_sum - Z[np.arange(I), y])), []
            dZ = np.exp(Z - log_sum[:, None])
            dZ[np.arange(I), y] -= 1
            dZ = dZ / I
        return loss, dZ @ W.T, [(A.T @ dZ, dZ.sum(0))] + grads

    loss, _, grads = back(X, list(params))
    return loss, grads
""",
        # einsum all over
        """
def mlp_loss_and_grads(X, y, params):
    As, Zs = [X], []
    for W, b in params:
        Zs.append(np.einsum("id,dk->ik", As[-1], W) + b)
        As.append(Zs[-1] * (Zs[-1] > 0))
    Z = Zs[-1] - np.amax(Zs[-1], axis=-1, keepdims=True)
    log_P = Z - np.log(np.einsum("ik->i", np.exp(Z)))[:, np.newaxis]
    Y = (np.arange(Z.shape[1]) == y[:, None]).astype(float)
    loss = -np.einsum("ik,ik->", Y, log_P) / len(X)
    delta, grads = (np.exp(log_P) - Y) / len(X), []
    for k in reversed(range(len(params))):
        grads.insert(0, (np.einsum("id,ik->dk", As[k], delta), np.einsum("ik->k", delta)))
        if k:
            delta = np.einsum("ik,dk->id", delta, params[k][0]) * (Zs[k - 1] > 0)
    return loss, grads
""",
        # one example after the other, outer products
        """
def mlp_loss_and_grads(X, y, params):
    grads = [(np.zeros(W.shape), np.zeros(b.shape)) for W, b in params]
    total = 0.0
    for x, label in zip(X, y):
        inputs, Zs, a = [], [], x
        for W, b in params:
            inputs.append(a)
            Zs.append(a @ W + b)
            a = np.maximum(Zs[-1], 0)
        z = Zs[-1] - np.max(Zs[-1])
        p = np.exp(z) / np.sum(np.exp(z))
        total += np.log(np.sum(np.exp(z))) - z[label]
        dz = p.copy()
        dz[label] -= 1
        for k in range(len(params))[::-1]:
            grads[k][0][...] += np.outer(inputs[k], dz)
            grads[k][1][...] += dz
            if k > 0:
                dz = (params[k][0] @ dz) * (Zs[k - 1] > 0)
    I = len(y)
    return total / I, [(dW / I, db / I) for dW, db in grads]
""",
        # divides at the end; logaddexp does the log-sum-exp
        """
def mlp_loss_and_grads(X, y, params):
    I = X.shape[0]
    acts = [X]
    for W, b in params[:-1]:
        acts.append(np.clip(acts[-1] @ W + b, 0, None))
    W, b = params[-1]
    scores = acts[-1] @ W + b
    log_sum = np.logaddexp.reduce(scores, axis=1, keepdims=True)
    picked = np.take_along_axis(scores, y.reshape(-1, 1), axis=1)
    loss = float(np.sum(log_sum - picked)) / I
    dZ = np.exp(scores - log_sum)
    np.subtract.at(dZ, (np.arange(I), y), 1.0)
    grads = []
    for A, (W, b) in zip(acts[::-1], params[::-1]):
        grads = [(A.T.dot(dZ) / I, dZ.mean(axis=0))] + grads
        dZ = dZ.dot(W.T)
        dZ[A <= 0] = 0
    return loss, grads
""",
        # helper functions, one for each thing
        """
def relu(z):
    return (z + np.abs(z)) / 2

def slope(z):
    return np.where(z > 0, 1.0, 0.0)

def log_softmax(Z):
    Z = Z - Z.max(axis=1)[:, None]
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]

def forward(X, params):
    A, cache = X, []
    for W, b in params:
        Z = np.dot(A, W) + b
        cache.append((A, Z))
        A = relu(Z)
    return cache

def backward(dZ, cache, params):
    grads = []
    while True:
        A, _ = cache.pop()
        W, _ = params[len(cache)]
        grads.append((np.dot(A.T, dZ), np.sum(dZ, axis=0)))
        if not cache:
            return list(reversed(grads))
        dZ = np.dot(dZ, W.T) * slope(cache[-1][1])

def mlp_loss_and_grads(X, y, params):
    cache = forward(X, params)
    L = log_softmax(cache[-1][1])
    dZ = np.exp(L)
    dZ[range(len(y)), y] -= 1
    return -np.mean(L[range(len(y)), y]), backward(dZ / len(y), cache, params)
""",
        # the bias as the weight of an input that is always 1
        """
def mlp_loss_and_grads(X, y, params):
    ones = np.ones((len(X), 1))
    stacked = [np.vstack([W, b]) for W, b in params]
    inputs, A = [], X
    for theta in stacked:
        inputs.append(np.hstack([A, ones]))
        Z = inputs[-1] @ theta
        A = np.maximum(Z, 0)
    E = np.exp(Z - Z.max(1, keepdims=True))
    S = E.sum(1, keepdims=True)
    i = np.arange(len(X))
    loss = np.mean(np.log(S[:, 0]) + Z.max(1) - Z[i, y])
    d = E / S
    d[i, y] -= 1
    d /= len(X)
    grads = []
    for theta, A in zip(stacked[::-1], inputs[::-1]):
        g = A.T @ d
        grads.append((g[:-1], g[-1]))
        d = (d @ theta.T)[:, :-1] * (A[:, :-1] > 0)
    grads.reverse()
    return loss, grads
""",
        # a class that remembers what it needs; gradients as lists
        """
class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, dZ):
        self.dW, self.db = self.X.T @ dZ, dZ.sum(axis=0)
        return dZ @ self.W.T

class ReLU:
    def forward(self, Z):
        self.open = Z > 0
        return np.where(self.open, Z, 0)

    def backward(self, dA):
        return dA * self.open

def mlp_loss_and_grads(X, y, params):
    dense = [Dense(W, b) for W, b in params]
    chain = [part for layer in dense for part in (layer, ReLU())][:-1]
    for part in chain:
        X = part.forward(X)
    Z = X - X.max(axis=1, keepdims=True)
    log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    dZ = (np.exp(log_P) - np.eye(Z.shape[1])[y]) / len(y)
    for part in chain[::-1]:
        dZ = part.backward(dZ)
    return np.float64(-log_P[np.arange(len(y)), y].sum() / len(y)), [[layer.dW, layer.db] for layer in dense]
""",
        # examples in columns inside
        """
def mlp_loss_and_grads(X, y, params):
    A, stack = X.T, []
    for W, b in params:
        Z = W.T @ A + b[:, None]
        stack.append((A, Z, W))
        A = np.maximum(Z, 0)
    n = X.shape[0]
    Z = Z - Z.max(axis=0)
    total = np.exp(Z).sum(axis=0)
    loss = np.log(total).mean() - Z[y, np.arange(n)].mean()
    dZ = np.exp(Z) / total
    dZ[y, np.arange(n)] -= 1
    dZ *= 1 / n
    grads = []
    for k in range(len(stack) - 1, -1, -1):
        A, _, W = stack[k]
        grads.insert(0, (A @ dZ.T, dZ.sum(axis=1)))
        if k:
            dZ = W @ dZ * (stack[k - 1][1] > 0)
    return float(loss), grads
""",
        # np.heaviside for the slope, deque for the order, a 0-d array for the loss
        """
from collections import deque

def mlp_loss_and_grads(X, y, params):
    Zs = []
    for W, b in params:
        A = X if not Zs else np.fmax(Zs[-1], 0)
        Zs.append(np.add(np.matmul(A, W), b))
    Z = Zs.pop()
    m = Z.max(axis=1, keepdims=True)
    lse = m + np.log(np.sum(np.exp(Z - m), axis=1, keepdims=True))
    Y = np.zeros(Z.shape)
    Y[np.arange(len(y)), y] = 1
    loss = np.asarray(((lse - Z) * Y).sum() / len(y))
    d, grads = (np.exp(Z - lse) - Y) / len(y), deque()
    for W, b in params[::-1]:
        below = np.fmax(Zs[-1], 0) if Zs else X
        grads.appendleft((below.T @ d, d.sum(axis=0)))
        if Zs:
            d = d @ W.T * np.heaviside(Zs.pop(), 0)
    return loss, list(grads)
""",
    ],
    "train_epoch": [
        # shuffled copies, then slices
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    total, count = 0.0, 0
    for i in range(0, len(X), batch_size):
        loss, grads = mlp_loss_and_grads(X[i:i + batch_size], y[i:i + batch_size], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        total, count = total + loss, count + 1
    return params, total / count
""",
        # in place, on copies
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    params = [(W.copy(), b.copy()) for W, b in params]
    order, losses = rng.permutation(len(X)), []
    for i in range(0, len(X), batch_size):
        rows = order[i:i + batch_size]
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        for (W, b), (dW, db) in zip(params, grads):
            W -= lr * dW
            b -= lr * db
        losses.append(loss)
    return params, sum(losses) / len(losses)
""",
        # the mean weighted with the sizes of the minibatches
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    order, weighted = rng.permutation(len(X)), 0.0
    for i in range(0, len(X), batch_size):
        rows = order[i:i + batch_size]
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        params = [(params[k][0] - lr * grads[k][0], params[k][1] - lr * grads[k][1]) for k in range(len(params))]
        weighted += loss * len(rows)
    return params, weighted / len(X)
""",
        # a generator of minibatches
        """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    while len(order):
        rows, order = order[:batch_size], order[batch_size:]
        yield X[rows], y[rows]

def step(params, grads, lr):
    return [tuple(p - lr * d for p, d in zip(layer, slopes)) for layer, slopes in zip(params, grads)]

def train_epoch(params, X, y, lr, batch_size, rng):
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, rng):
        loss, grads = mlp_loss_and_grads(Xb, yb, params)
        params = step(params, grads, lr)
        losses += [loss]
    return params, np.mean(losses)
""",
        # np.array_split at the borders
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    losses = []
    for rows in np.split(order, range(batch_size, len(X), batch_size)):
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        losses.append(loss)
        params = list(map(lambda p, g: (p[0] - lr * g[0], p[1] - lr * g[1]), params, grads))
    return params, float(np.array(losses).mean())
""",
        # counts the minibatches first
        """
import math

def train_epoch(params, X, y, lr, batch_size, rng):
    order = list(range(len(X)))
    rng.shuffle(order)
    steps, total = math.ceil(len(X) / batch_size), 0.0
    for k in range(steps):
        rows = order[k * batch_size:(k + 1) * batch_size]
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        new = []
        for (W, b), (dW, db) in zip(params, grads):
            new.append((W - lr * dW, b - lr * db))
        params = new
        total += loss
    return params, total / steps
""",
        # takes row numbers from a list until none are left
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    left, losses = list(rng.permutation(len(X))), []
    while left:
        rows = [left.pop() for _ in range(min(batch_size, len(left)))]
        loss, grads = mlp_loss_and_grads(np.take(X, rows, axis=0), np.take(y, rows), params)
        losses.append(loss)
        params = [[W + -lr * dW, b + -lr * db] for (W, b), (dW, db) in zip(params, grads)]
    return params, np.average(losses)
""",
        # sorts by random numbers; np.subtract
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    losses = []
    start = 0
    while start < len(X):
        rows = order[start:start + batch_size]
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        params = [(np.subtract(W, lr * dW), np.subtract(b, lr * db)) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
        start = start + batch_size
    return params, float(np.mean(losses))
""",
        # recursion over the minibatches; params as a tuple
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    def walk(params, order):
        if len(order) == 0:
            return params, []
        loss, grads = mlp_loss_and_grads(X[order[:batch_size]], y[order[:batch_size]], params)
        new = tuple((W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads))
        last, losses = walk(new, order[batch_size:])
        return last, [loss] + losses

    params, losses = walk(params, rng.permutation(len(X)))
    return params, np.mean(losses)
""",
        # rows and labels in one array, shuffled together
        """
def train_epoch(params, X, y, lr, batch_size, rng):
    data = rng.permutation(np.column_stack([X, y]), axis=0)
    losses = []
    for i in range(0, len(data), batch_size):
        Xb, yb = data[i:i + batch_size, :-1], data[i:i + batch_size, -1].astype(int)
        loss, grads = mlp_loss_and_grads(Xb, yb, params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
    return params, np.mean(losses)
""",
    ],
    "fit": [
        # standard_normal, scaled
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    params = []
    for i in range(len(sizes) - 1):
        W = rng.standard_normal((sizes[i], sizes[i + 1])) * np.sqrt(2 / sizes[i])
        params.append((W, np.zeros(sizes[i + 1])))
    history = []
    for epoch in range(epochs):
        params, loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(loss)
    return params, history
""",
        # uniform weights of the same variance
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    def layer(D_in, D_out):
        limit = np.sqrt(6 / D_in)
        return rng.uniform(-limit, limit, size=(D_in, D_out)), np.zeros((D_out,))

    params, history = [layer(a, b) for a, b in zip(sizes, sizes[1:])], []
    while len(history) < epochs:
        params, loss = train_epoch(params, X, y, lr, batch_size, rng)
        history += [loss]
    return params, history
""",
        # recursion over the epochs
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    if epochs == 0:
        return [(rng.normal(0, (2 / m) ** 0.5, (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])], []
    params, history = fit(X, y, sizes, lr, epochs - 1, rng, batch_size)
    params, loss = train_epoch(params, X, y, lr, batch_size, rng)
    return params, history + [loss]
""",
        # the last layer's weights are drawn first
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    params = []
    for n, m in list(zip(sizes, sizes[1:]))[::-1]:
        params.insert(0, (rng.normal(scale=np.sqrt(2.0 / n), size=(n, m)), np.zeros(m)))
    history = [0.0] * epochs
    for k in range(epochs):
        params, history[k] = train_epoch(params, X, y, lr, batch_size, rng)
    return params, history
""",
        # without train_epoch
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    Ws = [rng.normal(0, np.sqrt(2 / m), (m, n)) for m, n in zip(sizes[:-1], sizes[1:])]
    bs = [np.zeros(n) for n in sizes[1:]]
    history = []
    for _ in range(epochs):
        order, losses = rng.permutation(len(X)), []
        for i in range(0, len(X), batch_size):
            rows = order[i:i + batch_size]
            loss, grads = mlp_loss_and_grads(X[rows], y[rows], list(zip(Ws, bs)))
            for k, (dW, db) in enumerate(grads):
                Ws[k] = Ws[k] - lr * dW
                bs[k] = bs[k] - lr * db
            losses.append(loss)
        history.append(float(np.mean(losses)))
    return list(zip(Ws, bs)), history
""",
        # a class behind it
        """
class Network:
    def __init__(self, sizes, rng):
        self.layers = []
        for k in range(1, len(sizes)):
            spread = np.sqrt(2.0) / np.sqrt(sizes[k - 1])
            self.layers.append((spread * rng.standard_normal((sizes[k - 1], sizes[k])), np.zeros(sizes[k])))
        self.losses = []

    def epoch(self, *how):
        self.layers, loss = train_epoch(self.layers, *how)
        self.losses.append(loss)

def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    network = Network(sizes, rng)
    for _ in range(epochs):
        network.epoch(X, y, lr, batch_size, rng)
    return network.layers, network.losses
""",
        # column by column
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    params = []
    for D, N in zip(sizes[:-1], sizes[1:]):
        columns = [rng.normal(0.0, np.sqrt(2.0 / D), D) for _ in range(N)]
        params.append((np.column_stack(columns), np.array([0.0] * N)))
    history = []
    for _ in range(epochs):
        params, loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(float(loss))
    return params, tuple(history)
""",
        # reduce
        """
from functools import reduce

def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    start = [(rng.normal(0, np.sqrt(2 / D), (D, N)), np.zeros(N)) for D, N in zip(sizes, sizes[1:])]

    def one(state, _):
        params, history = state
        params, loss = train_epoch(params, X, y, lr, batch_size, rng)
        return params, [*history, loss]

    return reduce(one, range(epochs), (start, []))
""",
        # clears the arrays of a copy, an array for the history made into a list
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    sizes, params = list(sizes), []
    while len(sizes) > 1:
        D = sizes.pop(0)
        W = np.empty((D, sizes[0]))
        W[:] = rng.normal(size=W.shape)
        W *= np.sqrt(2 / D)
        params.append((W, np.zeros_like(W[0])))
    history = np.zeros(epochs)
    for k in range(epochs):
        params, history[k] = train_epoch(params, X, y, lr, batch_size, rng)
    return params, history.tolist()
""",
        # the mean of each epoch with the sizes of the minibatches, in its own loop
        """
def fit(X, y, sizes, lr, epochs, rng, batch_size=32):
    params = [(np.sqrt(2 / a) * rng.normal(size=(a, b)), np.zeros(b)) for a, b in zip(sizes[:-1], sizes[1:])]
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        Xs, ys = X[order], y[order]
        total = 0.0
        for i in range(0, len(X), batch_size):
            Xb, yb = Xs[i:i + batch_size], ys[i:i + batch_size]
            loss, grads = mlp_loss_and_grads(Xb, yb, params)
            params = [tuple(p - lr * g for p, g in zip(ps, gs)) for ps, gs in zip(params, grads)]
            total += loss * len(Xb)
        history.append(total / len(X))
    return params, history
""",
    ],
    "predict": [
        # the last layer apart
        """
def predict(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W + b, 0)
    W, b = params[-1]
    return np.argmax(A @ W + b, axis=1)
""",
        # with a softmax that changes nothing
        """
def predict(X, params):
    A = X
    for k, (W, b) in enumerate(params):
        Z = A @ W + b
        A = np.where(Z > 0, Z, 0) if k + 1 < len(params) else Z
    E = np.exp(A - A.max(axis=1, keepdims=True))
    return (E / E.sum(axis=1, keepdims=True)).argmax(-1)
""",
        # row by row
        """
def predict(X, params):
    labels = np.zeros(len(X), dtype=int)
    for i, x in enumerate(X):
        for W, b in params[:-1]:
            x = np.maximum(x @ W + b, 0)
        labels[i] = np.argmax(x @ params[-1][0] + params[-1][1])
    return labels
""",
        # recursion
        """
def predict(X, params):
    W, b = params[0]
    Z = np.dot(X, W) + b
    if len(params) == 1:
        return np.argmax(Z, axis=-1)
    return predict(Z * (Z > 0), params[1:])
""",
        # einsum and clip
        """
def predict(X, params):
    scores = X
    for layer in range(len(params)):
        W, b = params[layer]
        scores = np.einsum("id,dk->ik", scores, W) + b
        if layer != len(params) - 1:
            scores = np.clip(scores, 0, None)
    return scores.argmax(axis=1)
""",
        # a list, then an array
        """
def scores(x, params):
    *hidden, last = params
    for W, b in hidden:
        x = np.maximum(0.0, W.T @ x + b)
    return last[0].T @ x + last[1]

def predict(X, params):
    return np.array([np.argmax(scores(x, params)) for x in X], dtype=int)
""",
        # sorts the scores
        """
def predict(X, params):
    A = X
    for W, b in params:
        Z = np.matmul(A, W) + b
        A = (Z + np.abs(Z)) / 2
    return np.argsort(Z, axis=1)[:, -1]
""",
        # reduce
        """
from functools import reduce

def predict(X, params):
    *hidden, (V, c) = params
    A = reduce(lambda A, layer: np.maximum(A @ layer[0] + layer[1], 0), hidden, X)
    return (A @ V + c).argmax(axis=1)
""",
        # in place on new arrays
        """
def predict(X, params):
    Z = X
    for k in range(len(params)):
        if k > 0:
            Z[Z < 0] = 0
        Z = Z @ params[k][0]
        Z += params[k][1]
    return np.argmax(Z, axis=1).reshape(len(X))
""",
        # examples in columns inside
        """
predict = lambda X, params: np.argmax(scores_of(X.T, params), axis=0)

def scores_of(A, params):
    for k, (W, b) in enumerate(params):
        A = W.T @ (A if k == 0 else np.fmax(A, 0)) + b.reshape(-1, 1)
    return A
""",
    ],
    "accuracy": [
        """
def accuracy(y, yhat):
    if y.ndim != 1 or yhat.ndim != 1:
        raise ValueError("both should be flat")
    return np.mean(y == yhat)
""",
        # counts and divides
        """
def accuracy(y, yhat):
    if len(y.shape) > 1 or len(yhat.shape) > 1:
        raise ValueError("shape")
    return np.sum(y == yhat) / len(y)
""",
        # a loop
        """
def accuracy(y, yhat):
    if np.ndim(y) != 1 or np.ndim(yhat) != 1:
        raise ValueError(f"{np.shape(y)} {np.shape(yhat)}")
    right = 0
    for a, b in zip(y, yhat):
        if a == b:
            right += 1
    return right / len(y)
""",
        # one minus the error
        """
def accuracy(y, yhat):
    if not (y.shape == yhat.shape == (len(y),)):
        raise ValueError
    return 1.0 - np.count_nonzero(y - yhat) / y.size
""",
        # a generator
        """
def accuracy(y, yhat):
    for labels in (y, yhat):
        if labels.ndim != 1:
            raise ValueError("a column")
    return sum(int(a) == int(b) for a, b in zip(y, yhat)) / len(y)
""",
        # np.equal, astype
        """
def accuracy(y, yhat):
    if 2 in (y.ndim, yhat.ndim):
        raise ValueError("two axes")
    return float(np.equal(y, yhat).astype(float).mean())
""",
        # unpacks the shapes: a column has one too many, which raises ValueError by itself
        """
def accuracy(y, yhat):
    (rows,), (guesses,) = y.shape, yhat.shape
    return np.count_nonzero(y == yhat) / rows
""",
        # a subclass of ValueError
        """
class WrongShape(ValueError):
    pass

def accuracy(y, yhat):
    if y.ndim == 1 and yhat.ndim == 1:
        return np.average(y == yhat)
    raise WrongShape(y.shape, yhat.shape)
""",
        # np.where and a dot product
        """
def accuracy(y, yhat):
    if y.ndim + yhat.ndim != 2:
        raise ValueError("shapes")
    hits = np.where(y == yhat, 1.0, 0.0)
    return hits @ np.ones(len(hits)) / len(hits)
""",
        # a callable object
        """
class Accuracy:
    def __call__(self, y, yhat):
        if y.shape != yhat.shape or y.ndim > 1:
            raise ValueError("shapes")
        return np.asarray(len(y[y == yhat]) / len(y))

accuracy = Accuracy()
""",
    ],
    "confusion_matrix": [
        # a loop
        """
def confusion_matrix(y, yhat, K):
    M = np.zeros((K, K), dtype=int)
    for true, guess in zip(y, yhat):
        M[true, guess] += 1
    return M
""",
        # bincount of pair numbers
        """
def confusion_matrix(y, yhat, K):
    return np.bincount(y * K + yhat, minlength=K * K).reshape(K, K)
""",
        # a product of one-hot labels
        """
def confusion_matrix(y, yhat, K):
    return np.eye(K, dtype=int)[y].T @ np.eye(K, dtype=int)[yhat]
""",
        # each entry for itself
        """
def confusion_matrix(y, yhat, K):
    return np.array([[np.sum((y == k) & (yhat == j)) for j in range(K)] for k in range(K)])
""",
        # two loops into an array made beforehand
        """
def confusion_matrix(y, yhat, K):
    M = np.empty((K, K), int)
    for k in range(K):
        for j in range(K):
            M[k, j] = np.count_nonzero(np.logical_and(y == k, yhat == j))
    return M
""",
        # a counter of pairs
        """
from collections import Counter

def confusion_matrix(y, yhat, K):
    pairs = Counter(zip(y.tolist(), yhat.tolist()))
    return np.array([[pairs[k, j] for j in range(K)] for k in range(K)])
""",
        # a 2-D histogram, made into whole numbers
        """
def confusion_matrix(y, yhat, K):
    edges = np.arange(K + 1) - 0.5
    counts, _, _ = np.histogram2d(y, yhat, bins=(edges, edges))
    return counts.astype(int)
""",
        # einsum of comparisons
        """
def confusion_matrix(y, yhat, K):
    classes = np.arange(K)
    true = (y[:, None] == classes).astype(int)
    guess = (yhat[:, None] == classes).astype(int)
    return np.einsum("ik,ij->kj", true, guess)
""",
        # row by row
        """
def confusion_matrix(y, yhat, K):
    return np.stack([np.bincount(yhat[y == k], minlength=K) for k in range(K)])
""",
        # lists, then an array
        """
def confusion_matrix(y, yhat, K):
    rows = [[0] * K for _ in range(K)]
    for i in range(len(y)):
        rows[y[i]][yhat[i]] += 1
    return np.array(rows)
""",
        # distinct pairs with their counts
        """
def confusion_matrix(y, yhat, K):
    M = np.zeros((K, K), dtype=np.int64)
    pairs, counts = np.unique(np.stack([y, yhat]), axis=1, return_counts=True)
    M[pairs[0], pairs[1]] = counts
    return M
""",
    ],
}
