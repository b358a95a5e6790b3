"""The exercises of the layers, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "flatten": [
        # both sizes by hand
        """
def flatten(images):
    return images.reshape(images.shape[0], images.shape[1] * images.shape[2])
""",
        # a loop over the pictures
        """
def flatten(images):
    return np.array([image.ravel() for image in images])
""",
        # row after row into an array made beforehand
        """
def flatten(images):
    I, H, W = images.shape
    rows = np.empty((I, H * W), dtype=images.dtype)
    for i, image in enumerate(images):
        rows[i] = np.reshape(image, H * W)
    return rows
""",
        # pixel by pixel
        """
def flatten(images):
    I, H, W = images.shape
    out = np.zeros((I, H * W), images.dtype)
    for i in range(I):
        for h in range(H):
            for w in range(W):
                out[i, h * W + w] = images[i, h, w]
    return out
""",
        # line beside line
        """
def flatten(images):
    return np.hstack([images[:, h, :] for h in range(images.shape[1])])
""",
        # a helper, mapped
        """
def one_row(image):
    return np.concatenate(list(image))

def flatten(images):
    return np.stack(list(map(one_row, images)))
""",
        """
flatten = lambda images: images.reshape((-1, np.prod(images.shape[1:])))
""",
        # the shape of a copy may be set
        """
def flatten(images):
    rows = np.array(images, order="C")
    rows.shape = (len(rows), -1)
    return rows
""",
        # through lists
        """
def flatten(images):
    rows = [[pixel for line in image for pixel in line] for image in images.tolist()]
    return np.array(rows, dtype=images.dtype)
""",
        # a callable object that looks every pixel up
        """
class Flatten:
    def __call__(self, images):
        lines, columns = np.indices(images.shape[1:])
        return images[:, lines.ravel(), columns.ravel()]

flatten = Flatten()
""",
        # one axis at a time
        """
def flatten(images):
    everything = images.flatten()
    return np.vstack(np.split(everything, len(images)))
""",
    ],
    "init_layer": [
        """
def init_layer(D_in, D_out, rng, scale):
    return scale * rng.standard_normal((D_in, D_out)), np.zeros(D_out)
""",
        """
def init_layer(D_in, D_out, rng, scale):
    W = rng.normal(scale=scale, size=(D_in, D_out))
    b = np.zeros((D_out,))
    return W, b
""",
        # number by number
        """
def init_layer(D_in, D_out, rng, scale):
    W = np.empty((D_in, D_out))
    for i in range(D_in):
        for j in range(D_out):
            W[i, j] = rng.normal(0, scale)
    return W, np.array([0.0] * D_out)
""",
        # neuron by neuron, as columns
        """
def init_layer(D_in, D_out, rng, scale):
    columns = [rng.normal(0, scale, D_in) for neuron in range(D_out)]
    return np.column_stack(columns), np.zeros(D_out)
""",
        # drawn with the neurons in rows, then transposed; a list instead of a tuple
        """
def init_layer(D_in, D_out, rng, scale):
    return [rng.normal(0, scale, (D_out, D_in)).T, np.zeros(D_out)]
""",
        # into an array made beforehand
        """
def init_layer(D_in, D_out, rng, scale):
    W = np.zeros((D_in, D_out))
    rng.standard_normal(out=W)
    W *= scale
    return W, 0 * W[0]
""",
        # partial, and the biases from full
        """
from functools import partial

def init_layer(D_in, D_out, rng, scale):
    draw = partial(rng.normal, 0.0, scale)
    return draw(size=D_in * D_out).reshape(D_in, D_out), np.full(D_out, 0.0)
""",
        # a normal distribution made from a uniform one (Box and Muller)
        """
def init_layer(D_in, D_out, rng, scale):
    radius = np.sqrt(-2 * np.log(1 - rng.random((D_in, D_out))))
    angle = 2 * np.pi * rng.random((D_in, D_out))
    return scale * radius * np.cos(angle), np.zeros(D_out)
""",
        # the numbers with a spread of scale squared
        """
init_layer = lambda D_in, D_out, rng, scale: (
    rng.normal(0, (scale ** 2) ** 0.5, [D_in, D_out]),
    np.zeros_like(np.arange(D_out), dtype=float),
)
""",
        # a callable object
        """
class Init:
    def weights(self, rows, columns, rng, scale):
        return np.array([[rng.standard_normal() * scale for _ in range(columns)] for _ in range(rows)])

    def __call__(self, D_in, D_out, rng, scale):
        return self.weights(D_in, D_out, rng, scale), np.zeros(D_out)

init_layer = Init()
""",
    ],
    "dense_forward": [
        # the dtype at the end
        """
def dense_forward(X, W, b):
    Z = X @ W + b
    return Z if Z.dtype.kind == "f" else Z.astype(float)
""",
        # whole numbers become floats first
        """
def dense_forward(X, W, b):
    if X.dtype != np.float32:
        X = X.astype(np.float64)
    return np.dot(X, W) + b
""",
        # einsum
        """
def dense_forward(X, W, b):
    return np.einsum("id,dk->ik", X, W) * 1.0 + b
""",
        # a loop over the examples
        """
def dense_forward(X, W, b):
    kept = np.float32 if X.dtype == np.float32 else np.float64
    Z = np.empty((len(X), len(b)), dtype=kept)
    for i, x in enumerate(X):
        Z[i] = x @ W + b
    return Z
""",
        # a loop over the neurons
        """
def dense_forward(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]), dtype=np.result_type(X, np.float32))
    for k in range(W.shape[1]):
        Z[:, k] = X @ W[:, k] + b[k]
    return Z
""",
        # number by number
        """
def dense_forward(X, W, b):
    I, K = X.shape[0], W.shape[1]
    Z = np.zeros((I, K), dtype=(X[:0, :0] * 1.0).dtype)
    for i in range(I):
        for k in range(K):
            total = b[k]
            for d in range(X.shape[1]):
                total = total + X[i, d] * W[d, k]
            Z[i, k] = total
    return Z
""",
        # the bias as the weight of one more input that is always 1
        """
def dense_forward(X, W, b):
    ones = np.ones((X.shape[0], 1), dtype=X.dtype)
    Z = np.hstack([X, ones]) @ np.vstack([W, b])
    return Z * 1.0
""",
        # the textbook's convention inside, with examples in columns
        """
def dense_forward(X, W, b):
    column = b.reshape(-1, 1)
    return (W.T @ X.T + column).T / 1
""",
        # in place, in an array of its own
        """
def dense_forward(X, W, b):
    Z = 1.0 * np.matmul(X, W)
    Z += b
    return Z
""",
        # broadcasting and a sum over the middle axis
        """
dense_forward = lambda X, W, b: (X[:, :, None] * W[None, :, :]).sum(axis=1) + np.multiply(b, 1.0)
""",
        # tensordot and an explicit row of biases, with a helper
        """
def as_floats(a):
    return a if a.dtype.kind == "f" else np.asarray(a, dtype=float)

def dense_forward(X, W, b):
    products = np.tensordot(as_floats(X), as_floats(W), axes=1)
    return products + np.tile(as_floats(b), (X.shape[0], 1))
""",
    ],
    "layer_forward": [
        # the formula again, and a copy for the activation
        """
def layer_forward(X, W, b, activation):
    Z = X @ W + b
    return activation(Z.copy()), Z
""",
        # a copy for the caller
        """
def layer_forward(X, W, b, activation):
    Z = dense_forward(X, W, b)
    kept = np.array(Z)
    A = activation(Z)
    return A, kept
""",
        # computed twice, with no copy at all
        """
def layer_forward(X, W, b, activation):
    A = activation(dense_forward(X, W, b))
    return A, dense_forward(X, W, b)
""",
        # row by row
        """
def layer_forward(X, W, b, activation):
    Z = np.einsum("id,dk->ik", X, W) + b
    A = np.empty_like(Z)
    for i in range(len(Z)):
        A[i] = activation(Z[i].copy())
    return A, Z
""",
        # two lists, then arrays
        """
def layer_forward(X, W, b, activation):
    rows, answers = [], []
    for x in X:
        z = x @ W + b
        rows.append(z.copy())
        answers.append(activation(z))
    shape, kept = (len(X), len(b)), X.dtype
    return np.array(answers, dtype=kept).reshape(shape), np.array(rows, dtype=kept).reshape(shape)
""",
        # a list instead of a tuple
        """
def layer_forward(X, W, b, activation):
    Z = np.dot(X, W)
    Z = Z + b
    return [activation(1 * Z), Z]
""",
        """
layer_forward = lambda X, W, b, activation: (activation(X @ W + b), X @ W + b)
""",
        # an inner function makes a fresh Z each time
        """
def layer_forward(X, W, b, activation):
    def Z():
        return b + np.matmul(X, W)
    return activation(Z()), Z()
""",
        # a callable object
        """
import copy

class Layer:
    def __call__(self, X, W, b, activation):
        Z = np.tensordot(X, W, axes=1) + b
        return activation(copy.deepcopy(Z)), Z

layer_forward = Layer()
""",
        # the answer is written over the copy that the activation got
        """
def layer_forward(X, W, b, activation):
    Z = (W.T @ X.T).T + b
    A = Z.copy()
    A[...] = activation(A)
    return A, Z
""",
    ],
    "count_parameters": [
        """
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1] + sizes[i + 1]
    return total
""",
        """
def count_parameters(sizes):
    return sum(m * n + n for m, n in zip(sizes, sizes[1:]))
""",
        # weights and biases apart
        """
def count_parameters(sizes):
    weights = sum(sizes[i - 1] * sizes[i] for i in range(1, len(sizes)))
    biases = sum(sizes[1:])
    return weights + biases
""",
        # a dot product: a NumPy number
        """
def count_parameters(sizes):
    n = np.array(sizes)
    return np.sum((n[:-1] + 1) * n[1:])
""",
        # one layer, and the rest
        """
def count_parameters(sizes):
    if len(sizes) < 2:
        return 0
    return (sizes[0] + 1) * sizes[1] + count_parameters(sizes[1:])
""",
        # make the arrays and ask for their size
        """
def count_parameters(sizes):
    count = 0
    for D_in, D_out in zip(sizes[:-1], sizes[1:]):
        W, b = np.zeros((D_in, D_out)), np.zeros(D_out)
        count += W.size + b.size
    return count
""",
        # pairwise
        """
from itertools import pairwise

def count_parameters(sizes):
    return sum(n + n * m for m, n in pairwise(sizes))
""",
        # reduce
        """
from functools import reduce

def count_parameters(sizes):
    def add(state, width):
        before, total = state
        return width, total + width * (before + 1)
    return reduce(add, sizes[1:], (sizes[0], 0))[1]
""",
        # a copy of the list is used up
        """
def count_parameters(sizes):
    left, total = list(sizes), 0
    while len(left) > 1:
        before = left.pop(0)
        total += left[0] + before * left[0]
    return total
""",
        """
count_parameters = lambda sizes: int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes[1:]))
""",
    ],
    "standardize": [
        # a mask
        """
def standardize(X_train, X_test):
    mean = np.mean(X_train, axis=0)
    std = np.std(X_train, axis=0)
    std[std == 0] = 1
    return (X_train - mean) / std, (X_test - mean) / std
""",
        # a small number for all columns but the constant ones
        """
def standardize(X_train, X_test):
    mean, std = X_train.mean(0), X_train.std(0)
    divisor = np.where(std < 1e-12, 1.0, std + 1e-8)
    return (X_train - mean) / divisor, (X_test - mean) / divisor
""",
        # column by column
        """
def standardize(X_train, X_test):
    train, test = np.empty(X_train.shape), np.empty(X_test.shape)
    for d in range(X_train.shape[1]):
        column = X_train[:, d]
        center, spread = column.mean(), column.std()
        if spread == 0:
            spread = 1.0
        train[:, d] = (column - center) / spread
        test[:, d] = (X_test[:, d] - center) / spread
    return train, test
""",
        # a helper for both sets
        """
def shift_and_scale(X, mean, std):
    shifted = X - mean
    return np.divide(shifted, std, out=shifted, where=std > 0)

def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return shift_and_scale(X_train, mean, std), shift_and_scale(X_test, mean, std)
""",
        # in place, in copies
        """
def standardize(X_train, X_test):
    train, test = X_train.copy(), X_test.copy()
    mean = train.mean(axis=0, keepdims=True)
    train -= mean
    test -= mean
    std = np.sqrt(np.mean(train ** 2, axis=0))
    std[std == 0] = 1.0
    train /= std
    test /= std
    return train, test
""",
        # equal values, found by their smallest and largest
        """
def standardize(X_train, X_test):
    constant = X_train.min(axis=0) == X_train.max(axis=0)
    spread = np.ones(X_train.shape[1])
    spread[~constant] = X_train[:, ~constant].std(axis=0)
    mean = X_train.mean(axis=0)
    return [(X_train - mean) / spread, (X_test - mean) / spread]
""",
        # an inner function
        """
def standardize(X_train, X_test):
    mean = np.sum(X_train, axis=0) / len(X_train)
    var = np.sum((X_train - mean) ** 2, axis=0) / len(X_train)
    std = np.where(var > 0, var, 1.0) ** 0.5
    def z(X):
        return (X - mean) / std
    return z(X_train), z(X_test)
""",
        # scikit-learn's own
        """
from sklearn.preprocessing import StandardScaler

def standardize(X_train, X_test):
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), (X_test - scaler.mean_) / scaler.scale_
""",
        # both sets in one array, with the numbers of the first rows
        """
def standardize(X_train, X_test):
    X = np.concatenate([X_train, X_test], axis=0)
    I = X_train.shape[0]
    std = np.std(X[:I], axis=0)
    std = std + (std == 0)
    X = (X - np.mean(X[:I], axis=0)) / std
    return X[:I], X[I:]
""",
        # with the warning silenced, and the constant columns mended
        """
def standardize(X_train, X_test):
    mean, std = np.average(X_train, axis=0), X_train.std(axis=0)
    with np.errstate(all="ignore"):
        pairs = [(X - mean, (X - mean) / std) for X in (X_train, X_test)]
    return tuple(np.where(std == 0, shifted, scaled) for shifted, scaled in pairs)
""",
        # a callable object, with one divided by the spread
        """
class Standardizer:
    def fit(self, X):
        self.mean, spread = X.mean(axis=0), X.std(axis=0)
        self.factor = np.array([1 / s if s else 1.0 for s in spread])
        return self

    def __call__(self, X):
        return (X - self.mean) * self.factor

def standardize(X_train, X_test):
    scaler = Standardizer().fit(X_train)
    return scaler(X_train), scaler(X_test)
""",
    ],
    "output_activation": [
        """
def output_activation(task):
    if task == "regression":
        return "identity"
    elif task == "binary":
        return "sigmoid"
    elif task == "multiclass":
        return "softmax"
    raise ValueError("unknown task")
""",
        """
def output_activation(task):
    try:
        return {"regression": "identity", "binary": "sigmoid", "multiclass": "softmax"}[task]
    except KeyError:
        raise ValueError(task) from None
""",
        """
def output_activation(task):
    match task:
        case "regression":
            return "identity"
        case "binary":
            return "sigmoid"
        case "multiclass":
            return "softmax"
        case _:
            raise ValueError
""",
        # two lists side by side: list.index raises ValueError by itself
        """
def output_activation(task):
    tasks = ["regression", "binary", "multiclass"]
    return ["identity", "sigmoid", "softmax"][tasks.index(task)]
""",
        # an error of its own
        """
class UnknownTask(ValueError):
    pass

NAMES = {"regression": "identity", "binary": "sigmoid", "multiclass": "softmax"}

def output_activation(task):
    if task in NAMES:
        return NAMES[task]
    raise UnknownTask(f"{task} is no task")
""",
        # get, then look
        """
def output_activation(task):
    name = dict(regression="identity", binary="sigmoid", multiclass="softmax").get(task)
    if name is None:
        raise ValueError("no such task: " + task)
    return name
""",
        # a loop over pairs
        """
def output_activation(task):
    pairs = [("regression", "identity"), ("binary", "sigmoid"), ("multiclass", "softmax")]
    for known, name in pairs:
        if known == task:
            return name
    raise ValueError("task must be one of " + ", ".join(known for known, _ in pairs))
""",
        # a NumPy text
        """
def output_activation(task):
    tasks = np.array(["regression", "binary", "multiclass"])
    names = np.array(["identity", "sigmoid", "softmax"])
    found = names[tasks == task]
    if len(found) == 0:
        raise ValueError(task)
    return found[0]
""",
        # nothing but conditions, after the check
        """
def check_task(task):
    if task not in {"regression", "binary", "multiclass"}:
        raise ValueError("task")

def output_activation(task):
    check_task(task)
    return "identity" if task == "regression" else "sigmoid" if task == "binary" else "softmax"
""",
        # an enumeration, which raises ValueError by itself
        """
from enum import Enum

class Task(Enum):
    identity = "regression"
    sigmoid = "binary"
    softmax = "multiclass"

output_activation = lambda task: Task(task).name
""",
    ],
}
