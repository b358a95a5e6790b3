"""The exercises of the training, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "numerical_grad": [
        # move one entry of a copy, and put it back exactly
        """
def numerical_grad(f, theta, h=1e-5):
    moving = theta.astype(float)
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        old = moving[k]
        moving[k] = old + h
        up = f(moving)
        moving[k] = old - h
        down = f(moving)
        moving[k] = old
        grad[k] = (up - down) / (2 * h)
    return grad
""",
        # flat indices
        """
def numerical_grad(f, theta, h=1e-5):
    flat = np.array(theta, dtype=float).ravel()
    grad = np.zeros(flat.size)
    for k in range(flat.size):
        up, down = flat.copy(), flat.copy()
        up[k] += h
        down[k] -= h
        grad[k] = (f(up.reshape(theta.shape)) - f(down.reshape(theta.shape))) / (2.0 * h)
    return grad.reshape(theta.shape)
""",
        # the rows of a unit matrix as directions, and a list that becomes an array
        """
def numerical_grad(f, theta, h=1e-5):
    directions = np.eye(theta.size).reshape(theta.size, *theta.shape)
    slopes = [(f(theta + h * e) - f(theta - h * e)) / (2 * h) for e in directions]
    return np.array(slopes).reshape(theta.shape)
""",
        # the mean of the forward and the backward difference
        """
def numerical_grad(f, theta, h=1e-5):
    here = f(theta.astype(float))
    grad = np.empty(theta.shape)
    for k in np.ndindex(*theta.shape):
        e = np.zeros(theta.shape)
        e[k] = h
        forward = (f(theta + e) - here) / h
        backward = (here - f(theta - e)) / h
        grad[k] = 0.5 * (forward + backward)
    return grad
""",
        # an inner function, and np.nditer
        """
def numerical_grad(f, theta, h=1e-5):
    def shifted(k, by):
        other = np.array(theta, dtype=np.float64)
        other[k] = other[k] + by
        return f(other)

    grad = np.zeros_like(theta, dtype=float)
    walk = np.nditer(theta, flags=["multi_index"])
    for _ in walk:
        k = walk.multi_index
        grad[k] = (shifted(k, h) - shifted(k, -h)) / (h + h)
    return grad
""",
        # a helper with recursion-free offsets, np.where in place of an assignment
        """
def numerical_grad(f, theta, h=1e-5):
    number = np.arange(theta.size).reshape(theta.shape)
    grad = np.zeros(theta.size)
    for k in range(theta.size):
        grad[k] = f(np.where(number == k, theta + h, theta)) - f(np.where(number == k, theta - h, theta))
    return grad.reshape(theta.shape) / (2 * h)
""",
        # np.fromiter and a generator expression
        """
def numerical_grad(function, point, h=1e-5):
    def slope(k):
        e = np.zeros(point.size)
        e[k] = 1.0
        e = e.reshape(point.shape)
        return (function(point + h * e) - function(point - h * e)) / 2 / h

    return np.fromiter((slope(k) for k in range(point.size)), dtype=float).reshape(point.shape)
""",
        # enumerate all places, two sides in one list
        """
def numerical_grad(f, theta, h=1e-5):
    grad = np.zeros(theta.shape)
    for place, value in np.ndenumerate(theta):
        sides = []
        for moved in (value - h, value + h):
            copy = theta * 1.0
            copy[place] = moved
            sides.append(float(f(copy)))
        grad[place] = (sides[1] - sides[0]) / (2 * h)
    return grad
""",
        # a callable object
        """
class CentralDifferences:
    def __call__(self, f, theta, h=1e-5):
        out = np.zeros(theta.shape, dtype=float)
        for k in np.ndindex(theta.shape):
            plus = theta.astype(np.float64, copy=True)
            minus = plus.copy()
            plus[k] += h
            minus[k] -= h
            np.copyto(out[k : k + 1] if isinstance(k, int) else out[k + (None,)], (f(plus) - f(minus)) / (2 * h))
        return out

numerical_grad = CentralDifferences()
""",
        # a lambda over np.vectorize
        """
def _one(f, theta, h, k):
    e = np.zeros(theta.size)
    e[k] = h
    e.shape = theta.shape
    return (f(np.add(theta, e)) - f(np.subtract(theta, e))) / np.multiply(2, h)

numerical_grad = lambda f, theta, h=1e-5: np.array(
    [_one(f, theta, h, k) for k in range(theta.size)], dtype=float
).reshape(np.shape(theta))
""",
        # moves the caller's array, but puts every entry back from what it was
        """
def numerical_grad(f, theta, h=1e-5):
    if theta.dtype.kind != "f":
        theta = theta.astype(float)
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        before = theta[k]
        try:
            theta[k] = before + h
            right = f(theta)
            theta[k] = before - h
            left = f(theta)
        finally:
            theta[k] = before
        grad[k] = (right - left) / (2 * h)
    return grad
""",
    ],
    "linear_mse_grad": [
        """
def linear_mse_grad(X, y, w, b):
    I = len(y)
    r = np.dot(X, w) + b - y
    return 2 * np.dot(r, X) / I, 2 * r.sum() / I
""",
        # two loops
        """
def linear_mse_grad(X, y, w, b):
    I, D = X.shape
    dw, db = np.zeros(D), 0.0
    for i in range(I):
        error = b - y[i]
        for d in range(D):
            error += X[i, d] * w[d]
        for d in range(D):
            dw[d] += 2 * error * X[i, d] / I
        db += 2 * error / I
    return dw, db
""",
        # a loop over the rows
        """
def linear_mse_grad(X, y, w, b):
    dw, db = np.zeros_like(w, dtype=float), 0
    for row, target in zip(X, y):
        error = row @ w + b - target
        dw += 2 * error * row
        db += 2 * error
    return dw / len(X), db / len(X)
""",
        """
def linear_mse_grad(X, y, w, b):
    r = np.einsum("id,d->i", X, w) + b - y
    return np.einsum("id,i->d", X, r) * (2 / X.shape[0]), np.einsum("i->", r) * (2 / X.shape[0])
""",
        # broadcasting and means
        """
def linear_mse_grad(X, y, w, b):
    r = (X * w).sum(axis=1) + b - y
    return 2 * np.mean(X * r[:, np.newaxis], axis=0), 2 * np.mean(r)
""",
        # columns, with the axes removed at the end
        """
def linear_mse_grad(X, y, w, b):
    column = X @ w.reshape(-1, 1) + b - y.reshape(-1, 1)
    dw = (2 / len(X)) * (X.T @ column)
    return dw[:, 0].copy(), np.asarray((2 / len(X)) * column.sum())
""",
        # the bias as one more weight
        """
def linear_mse_grad(X, y, w, b):
    wide = np.column_stack([X, np.ones(len(X))])
    slopes = 2 / len(X) * wide.T @ (wide @ np.append(w, b) - y)
    return slopes[:-1], slopes[-1]
""",
        # the sign turned twice
        """
def linear_mse_grad(X, y, w, b):
    residual = y - (X @ w + b)
    dw = -2.0 / y.size * (residual @ X)
    db = -2.0 * residual.mean()
    return [dw, db]
""",
        # the square worked out: X'X w + X'1 b - X'y
        """
def linear_mse_grad(X, y, w, b):
    I = len(X)
    dw = 2 / I * (X.T @ X @ w + X.sum(axis=0) * b - X.T @ y)
    db = 2 / I * (X.sum(axis=0) @ w + I * b - y.sum())
    return dw, float(db)
""",
        # helper functions and a list
        """
def _errors(X, y, w, b):
    return [sum(x * v for x, v in zip(row, w)) + b - t for row, t in zip(X, y)]

def linear_mse_grad(X, y, w, b):
    errors = _errors(X, y, w, b)
    dw = np.array([2 * sum(e * x for e, x in zip(errors, column)) / len(errors) for column in X.T])
    return dw, 2 * sum(errors) / len(errors)
""",
        # np.average with the errors as weights would divide by their sum: tensordot does not
        """
linear_mse_grad = lambda X, y, w, b: (
    np.tensordot(2 * (X @ w + b - y) / len(y), X, axes=1),
    np.average(2 * (X @ w + b - y)),
)
""",
    ],
    "logistic_grad": [
        # exponents that are never positive
        """
def logistic_grad(X, y, w, b):
    z = X @ w + b
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + small), small / (1 + small))
    return X.T @ (p - y) / len(y), np.mean(p - y)
""",
        # masks
        """
def sigmoid(z):
    p = np.empty_like(z)
    p[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    p[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return p

def logistic_grad(X, y, w, b):
    error = sigmoid(X @ w + b) - y
    return (X.T @ error) / X.shape[0], float(error.sum() / X.shape[0])
""",
        # a loop over the rows with a helper for one number
        """
import math

def logistic(z):
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))

def logistic_grad(X, y, w, b):
    dw, db = np.zeros(X.shape[1]), 0.0
    for x, label in zip(X, y):
        error = logistic(float(np.dot(x, w) + b)) - label
        dw = dw + error * x
        db += error
    return dw / len(y), db / len(y)
""",
        # two loops
        """
def logistic_grad(X, y, w, b):
    I, D = X.shape
    dw, db = np.zeros(D), 0.0
    for i in range(I):
        z = b + sum(X[i, d] * w[d] for d in range(D))
        p = (1 + np.tanh(z / 2)) / 2
        for d in range(D):
            dw[d] += (p - y[i]) * X[i, d] / I
        db += (p - y[i]) / I
    return dw, db
""",
        # the logarithm of the sigmoid first
        """
def logistic_grad(X, y, w, b):
    p = np.exp(-np.logaddexp(0, -(X @ w + b)))
    dz = (p - y) / y.size
    return dz @ X, dz.sum()
""",
        # overflow is known, and harmless
        """
def logistic_grad(X, y, w, b):
    with np.errstate(over="ignore"):
        p = 1.0 / (1.0 + np.exp(-(X @ w + b)))
    return np.mean((p - y)[:, None] * X, axis=0), np.mean(p - y)
""",
        # a cut that nobody can see
        """
def logistic_grad(X, y, w, b):
    z = np.clip(X @ w + b, -500, 500)
    p = 1 / (1 + np.exp(-z))
    return np.einsum("i,id->d", p - y, X) / len(X), np.asarray(np.sum(p - y) / len(X))
""",
        # the bias as one more weight
        """
def logistic_grad(X, y, w, b):
    wide = np.hstack([X, np.ones((len(X), 1))])
    p = 0.5 + 0.5 * np.tanh(0.5 * (wide @ np.append(w, b)))
    slopes = wide.T @ (p - y) / len(X)
    return slopes[:-1].copy(), float(slopes[-1])
""",
        # labels of -1 and 1
        """
def logistic_grad(X, y, w, b):
    signs = 2.0 * y - 1.0
    margins = signs * (X @ w + b)
    pull = -signs * (1 - np.tanh(margins / 2)) / 2
    return X.T @ pull / len(y), pull.mean()
""",
        # columns
        """
def logistic_grad(X, y, w, b):
    z = X @ w[:, None] + b
    p = np.reciprocal(1 + np.exp(np.minimum(-z, 700.0)))
    error = p - y[:, None]
    return (X * error).sum(0) / len(X), error.sum() / len(X)
""",
        # a softmax over two scores, 0 and z
        """
def logistic_grad(X, y, w, b):
    z = X @ w + b
    both = np.stack([np.zeros_like(z), z], axis=1)
    both = np.exp(both - both.max(axis=1, keepdims=True))
    p = both[:, 1] / both.sum(axis=1)
    return [np.dot(X.T, p - y) / len(y), np.average(p - y)]
""",
    ],
    "dense_backward": [
        """
def dense_backward(dZ, X, W):
    return np.dot(dZ, W.T), np.dot(X.T, dZ), np.sum(dZ, axis=0)
""",
        """
def dense_backward(dZ, X, W):
    dX = np.einsum("ij,dj->id", dZ, W)
    dW = np.einsum("id,ij->dj", X, dZ)
    db = np.einsum("ij->j", dZ)
    return dX, dW, db
""",
        # three loops
        """
def dense_backward(dZ, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for i in range(X.shape[0]):
        for j in range(W.shape[1]):
            for d in range(W.shape[0]):
                dX[i, d] += dZ[i, j] * W[d, j]
                dW[d, j] += dZ[i, j] * X[i, d]
            db[j] += dZ[i, j]
    return dX, dW, db
""",
        # example by example, with outer products
        """
def dense_backward(dZ, X, W):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros(W.shape[1])
    for i, (slope, x) in enumerate(zip(dZ, X)):
        dX[i] = W @ slope
        dW += np.outer(x, slope)
        db += slope
    return dX, dW, db
""",
        # a row of ones adds up the biases' slopes
        """
def dense_backward(dZ, X, W):
    return dZ @ W.transpose(), X.transpose() @ dZ, np.ones(len(dZ)) @ dZ
""",
        # the transposes taken outside
        """
def dense_backward(dZ, X, W):
    dX = (W @ dZ.T).T
    dW = (dZ.T @ X).T
    db = dZ.T.sum(axis=1)
    return [dX, dW, db]
""",
        # broadcasting and sums
        """
def dense_backward(dZ, X, W):
    dX = (dZ[:, None, :] * W[None, :, :]).sum(axis=2)
    dW = (X[:, :, None] * dZ[:, None, :]).sum(axis=0)
    return dX, dW, np.add.reduce(dZ, axis=0)
""",
        # tensordot
        """
def dense_backward(dZ, X, W):
    dX = np.tensordot(dZ, W, axes=([1], [1]))
    dW = np.tensordot(X, dZ, axes=([0], [0]))
    return dX, dW, dZ.sum(0)
""",
        # the bias as one more row of the weights
        """
def dense_backward(dZ, X, W):
    wide = np.column_stack([X, np.ones(len(X))])
    slopes = wide.T @ dZ
    return dZ @ W.T, slopes[:-1], slopes[-1]
""",
        # helpers
        """
def _to_inputs(slopes, weights):
    return np.matmul(slopes, np.transpose(weights))

def _to_weights(slopes, inputs):
    return np.matmul(np.transpose(inputs), slopes)

dense_backward = lambda dZ, X, W: (_to_inputs(dZ, W), _to_weights(dZ, X), np.sum(dZ, 0, keepdims=True)[0])
""",
        # lists of numbers, then arrays
        """
def dense_backward(dZ, X, W):
    I, D, K = X.shape[0], W.shape[0], W.shape[1]
    dW = [[sum(X[i, d] * dZ[i, j] for i in range(I)) for j in range(K)] for d in range(D)]
    db = [sum(dZ[i, j] for i in range(I)) for j in range(K)]
    return dZ @ W.T, np.array(dW, dtype=float), np.array(db, dtype=float)
""",
    ],
    "softmax_ce_grad": [
        """
def softmax_ce_grad(Z, y):
    P = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = P / np.sum(P, axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    return P / len(y)
""",
        # one-hot from the unit matrix
        """
def softmax_ce_grad(Z, y):
    shifted = Z - Z.max(axis=-1)[:, None]
    P = np.exp(shifted) / np.exp(shifted).sum(axis=-1)[:, None]
    return (P - np.eye(Z.shape[1])[y]) / Z.shape[0]
""",
        # row by row
        """
def softmax_ce_grad(Z, y):
    dZ = np.zeros(Z.shape)
    for i in range(len(Z)):
        e = np.exp(Z[i] - np.max(Z[i]))
        dZ[i] = e / e.sum()
        dZ[i, y[i]] -= 1
    dZ /= len(Z)
    return dZ
""",
        # two loops over numbers
        """
import math

def softmax_ce_grad(Z, y):
    rows = []
    for scores, label in zip(Z.tolist(), y):
        top = max(scores)
        grown = [math.exp(s - top) for s in scores]
        rows.append([(g / sum(grown) - (k == label)) / len(y) for k, g in enumerate(grown)])
    return np.array(rows)
""",
        # through log-softmax
        """
def softmax_ce_grad(Z, y):
    log_p = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    Y = np.zeros(Z.shape)
    Y[np.arange(Z.shape[0]), y] = 1.0
    return (np.exp(log_p) - Y) / Z.shape[0]
""",
        # in place on a copy
        """
def softmax_ce_grad(Z, y):
    out = np.array(Z, dtype=float)
    out -= out.max(axis=1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)
    np.subtract.at(out, (np.arange(len(y)), y), 1.0)
    out *= 1.0 / len(y)
    return out
""",
        # helper functions
        """
def softmax(Z):
    E = np.exp(Z - np.amax(Z, axis=1, keepdims=True))
    return E / np.einsum("ik->i", E)[:, np.newaxis]

def one_hot(y, K):
    return np.where(np.arange(K)[None, :] == y[:, None], 1.0, 0.0)

def softmax_ce_grad(Z, y):
    return (softmax(Z) - one_hot(y, Z.shape[1])) / len(Z)
""",
        # examples in columns, and back
        """
def softmax_ce_grad(Z, y):
    S = Z.T - Z.T.max(axis=0)
    P = np.exp(S) / np.exp(S).sum(axis=0)
    P[y, np.arange(P.shape[1])] -= 1
    return P.T / P.shape[1]
""",
        # the probabilities from differences of scores: 1 / sum over j of exp(z_j - z_k)
        """
def softmax_ce_grad(Z, y):
    with np.errstate(over="ignore"):
        P = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    P[range(len(y)), y] -= 1
    return P / len(P)
""",
        # a mask of the labels
        """
softmax_ce_grad = lambda Z, y: (
    np.exp(Z - Z.max(1, keepdims=True)) / np.exp(Z - Z.max(1, keepdims=True)).sum(1, keepdims=True)
    - (np.arange(Z.shape[1]) == y.reshape(-1, 1)).astype(float)
) / float(len(y))
""",
        # put_along_axis
        """
def softmax_ce_grad(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    at = y[:, None]
    np.put_along_axis(P, at, np.take_along_axis(P, at, axis=1) - 1, axis=1)
    return np.divide(P, len(P))
""",
    ],
    "gd_step": [
        # a loop that appends
        """
def gd_step(params, grads, lr):
    new = []
    for (W, b), (dW, db) in zip(params, grads):
        new.append((W - lr * dW, b - lr * db))
    return new
""",
        # indices
        """
def gd_step(params, grads, lr):
    return [(params[l][0] - lr * grads[l][0], params[l][1] - lr * grads[l][1]) for l in range(len(params))]
""",
        # copies, changed in place
        """
def gd_step(params, grads, lr):
    new = [(W.copy(), b.copy()) for W, b in params]
    for (W, b), (dW, db) in zip(new, grads):
        W -= lr * dW
        b -= lr * db
    return new
""",
        # pairs as lists, all of them in a tuple
        """
def gd_step(params, grads, lr):
    return tuple([W - lr * dW, b - lr * db] for (W, b), (dW, db) in zip(params, grads))
""",
        # every pair is a sequence of arrays
        """
def gd_step(params, grads, lr):
    return [tuple(p - lr * g for p, g in zip(pair, slopes)) for pair, slopes in zip(params, grads)]
""",
        # a helper function and map
        """
def gd_step(params, grads, lr):
    def moved(layer, slopes):
        W, b = layer
        dW, db = slopes
        return W - lr * dW, b - lr * db

    return list(map(moved, params, grads))
""",
        # np.add and a negative learning rate
        """
def gd_step(params, grads, lr):
    return [(np.add(W, -lr * dW), np.add(b, -lr * db)) for (W, b), (dW, db) in zip(params, grads)]
""",
        # copy.deepcopy, then in place
        """
import copy

def gd_step(params, grads, lr):
    params = copy.deepcopy(params)
    for layer, slopes in zip(params, grads):
        for p, g in zip(layer, slopes):
            p -= lr * g
    return params
""",
        # recursion
        """
def gd_step(params, grads, lr):
    if not params:
        return []
    (W, b), (dW, db) = params[0], grads[0]
    return [(W - lr * dW, b - lr * db)] + gd_step(params[1:], grads[1:], lr)
""",
        # a callable object
        """
class Step:
    def __call__(self, params, grads, lr):
        weights = [W - lr * dW for (W, _), (dW, _) in zip(params, grads)]
        biases = [b - lr * db for (_, b), (_, db) in zip(params, grads)]
        return list(zip(weights, biases))

gd_step = Step()
""",
        # partial
        """
from functools import partial

def _towards(lr, p, g):
    out = np.multiply(g, lr)
    return np.subtract(p, out, out=out)

def gd_step(params, grads, lr):
    move = partial(_towards, lr)
    return [(move(W, dW), move(b, db)) for (W, b), (dW, db) in zip(params, grads)]
""",
    ],
    "minibatches": [
        # a list of pairs
        """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    return [(X[i:i + batch_size], y[i:i + batch_size]) for i in range(0, len(X), batch_size)]
""",
        # numbers shuffled in place
        """
def minibatches(X, y, batch_size, rng):
    numbers = np.arange(X.shape[0])
    rng.shuffle(numbers)
    for start in range(0, X.shape[0], batch_size):
        chosen = numbers[start:start + batch_size]
        yield X[chosen], y[chosen]
""",
        # random keys, sorted
        """
def minibatches(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(y)))
    start = 0
    while start < len(y):
        stop = min(start + batch_size, len(y))
        yield np.take(X, order[start:stop], axis=0), np.take(y, order[start:stop])
        start = stop
""",
        # a choice without replacement
        """
def minibatches(X, y, batch_size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    while len(order):
        now, order = order[:batch_size], order[batch_size:]
        yield X[now], y[now]
""",
        # np.split at the right places
        """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for rows in np.split(order, np.arange(batch_size, len(X), batch_size)):
        yield (X[rows], y[rows])
""",
        # a generator expression
        """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(np.arange(len(X)))
    pieces = (order[i * batch_size:(i + 1) * batch_size] for i in range(-(-len(X) // batch_size)))
    return ((X[piece], y[piece]) for piece in pieces)
""",
        # zip and map
        """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    places = list(range(0, len(X), batch_size))
    deal = lambda data: [data[order][p:p + batch_size] for p in places]
    return zip(deal(X), deal(y))
""",
        # example by example
        """
def minibatches(X, y, batch_size, rng):
    rows, labels = [], []
    for i in rng.permutation(len(X)):
        rows.append(X[i])
        labels.append(y[i])
        if len(rows) == batch_size:
            yield np.array(rows), np.array(labels)
            rows, labels = [], []
    if rows:
        yield np.stack(rows), np.array(labels)
""",
        # pairs shuffled as a list by hand, after Fisher and Yates
        """
def minibatches(X, y, batch_size, rng):
    order = list(range(len(X)))
    for last in range(len(order) - 1, 0, -1):
        other = int(rng.integers(0, last + 1))
        order[last], order[other] = order[other], order[last]
    return [(X[order[s:s + batch_size]], y[order[s:s + batch_size]]) for s in range(0, len(order), batch_size)]
""",
        # an iterator class
        """
class minibatches:
    def __init__(self, X, y, batch_size, rng):
        self.X, self.y, self.size = X, y, batch_size
        self.order = list(rng.permutation(len(X)))

    def __iter__(self):
        return self

    def __next__(self):
        if not self.order:
            raise StopIteration
        rows = [self.order.pop() for _ in range(min(self.size, len(self.order)))]
        return self.X[rows], self.y[rows]
""",
        # two shuffles of copies from one state of the generator
        """
import copy

def minibatches(X, y, batch_size, rng):
    twin = copy.deepcopy(rng)
    X, y = rng.permutation(X), twin.permutation(y)
    batches = []
    for start in range(0, len(X), batch_size):
        batches.append([X[start:start + batch_size], y[start:start + batch_size]])
    return tuple(batches)
""",
    ],
    "fit_neuron": [
        # through the exercises before
        """
def fit_neuron(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(np.mean(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0) - y * z))
        dw, db = logistic_grad(X, y, w, b)
        w -= lr * dw
        b -= lr * db
    return w, b, history
""",
        # the loss from clipped probabilities
        """
def fit_neuron(X, y, lr, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    history = []
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        q = np.clip(p, 1e-12, 1 - 1e-12)
        history.append(float(-np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))))
        w = w - lr * X.T @ (p - y) / len(y)
        b = b - lr * np.mean(p - y)
    return w, b, history
""",
        # helper functions
        """
def predict(X, w, b):
    return 0.5 * (1 + np.tanh(0.5 * (X @ w + b)))

def loss(y, p):
    return -float(np.mean(np.where(y == 1, np.log(p), np.log(1 - p))))

def fit_neuron(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for k in range(steps):
        p = predict(X, w, b)
        history += [loss(y, p)]
        error = (p - y) / len(y)
        w, b = w - lr * (error @ X), b - lr * error.sum()
    return w, b, history
""",
        # the bias as one more weight
        """
def fit_neuron(X, y, lr, steps):
    wide = np.column_stack([X, np.ones(len(X))])
    theta = np.zeros(wide.shape[1])
    history = [0.0] * steps
    for k in range(steps):
        z = wide @ theta
        history[k] = np.mean(np.logaddexp(0, z)) - np.mean(y * z)
        theta = theta - lr * wide.T @ (1 / (1 + np.exp(-z)) - y) / len(y)
    return theta[:-1], float(theta[-1]), history
""",
        # labels of -1 and 1
        """
def fit_neuron(X, y, lr, steps):
    signs = 2 * y - 1
    w, b, history = np.zeros(X.shape[1]), np.float64(0), []
    while len(history) < steps:
        margins = signs * (X @ w + b)
        history.append(np.logaddexp(0, -margins).mean())
        pull = signs / (1 + np.exp(margins))
        w, b = w + lr * X.T @ pull / len(y), b + lr * pull.mean()
    return w, b, history
""",
        # loops over examples
        """
import math

def fit_neuron(X, y, lr, steps):
    I, D = X.shape
    w, b, history = [0.0] * D, 0.0, []
    for _ in range(steps):
        dw, db, total = [0.0] * D, 0.0, 0.0
        for i in range(I):
            z = b + sum(X[i, d] * w[d] for d in range(D))
            p = 1 / (1 + math.exp(-z))
            total -= math.log(p) if y[i] == 1 else math.log(1 - p)
            for d in range(D):
                dw[d] += (p - y[i]) * X[i, d] / I
            db += (p - y[i]) / I
        history.append(total / I)
        w = [w[d] - lr * dw[d] for d in range(D)]
        b -= lr * db
    return np.array(w), b, history
""",
        # through gd_step, with the neuron as a layer of one output
        """
def fit_neuron(X, y, lr, steps):
    params = [(np.zeros((X.shape[1], 1)), np.zeros(1))]
    history = []
    for _ in range(steps):
        W, b = params[0]
        z = (X @ W + b)[:, 0]
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
        dw, db = logistic_grad(X, y, W[:, 0], float(b[0]))
        params = gd_step(params, [(dw.reshape(-1, 1), np.array([db]))], lr)
    W, b = params[0]
    return W[:, 0].copy(), float(b[0]), history
""",
        # through dense_backward and a softmax over two scores, 0 and z
        """
def fit_neuron(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        Z = np.column_stack([np.zeros_like(z), z])
        history.append(float(np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y])))
        dz = softmax_ce_grad(Z, y)[:, 1:]
        _, dW, db = dense_backward(dz, X, w.reshape(-1, 1))
        w, b = w - lr * dW[:, 0], b - lr * db[0]
    return w, b, history
""",
        # recursion from the end; the pair of parameters in a tuple
        """
def fit_neuron(X, y, lr, steps):
    if steps == 0:
        return np.zeros(X.shape[1]), 0.0, []
    w, b, history = fit_neuron(X, y, lr, steps - 1)
    z = X @ w + b
    dw, db = logistic_grad(X, y, w, b)
    return w - lr * dw, b - lr * db, history + [float(np.mean(np.logaddexp(0, z) - y * z))]
""",
        # an object that learns
        """
class Neuron:
    def __init__(self, features):
        self.w, self.b = np.zeros(features), 0.0

    def scores(self, X):
        return np.einsum("id,d->i", X, self.w) + self.b

    def loss(self, X, y):
        z = self.scores(X)
        return float(np.sum(np.logaddexp(0, np.where(y == 1, -z, z))) / len(y))

    def learn(self, X, y, lr):
        error = np.exp(-np.logaddexp(0, -self.scores(X))) - y
        self.w = self.w - lr * np.mean(error[:, None] * X, axis=0)
        self.b = self.b - lr * float(np.mean(error))

def fit_neuron(X, y, lr, steps):
    neuron, history = Neuron(X.shape[1]), []
    for _ in range(steps):
        history.append(neuron.loss(X, y))
        neuron.learn(X, y, lr)
    return neuron.w, neuron.b, history
""",
        # in place on its own arrays, the history through an array
        """
def fit_neuron(X, y, lr, steps):
    w, b = np.zeros(X.shape[1]), np.zeros(())
    losses = np.zeros(steps)
    for k in range(steps):
        z = np.dot(X, w) + b
        losses[k] = np.mean(np.logaddexp(0, z) - y * z)
        error = np.exp(z) / (1 + np.exp(z)) - y
        w -= lr * np.dot(error, X) / len(X)
        b = b - lr * np.mean(error)
    return w, b, losses.tolist()
""",
    ],
}
