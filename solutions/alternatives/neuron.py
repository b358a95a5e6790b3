"""The exercises of the neuron, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "weighted_sum": [
        # a loop
        """
def weighted_sum(x, w):
    total = 0.0
    for d in range(len(x)):
        total += x[d] * w[d]
    return total
""",
        # Python's own sum: an int 0 without inputs
        """
def weighted_sum(x, w):
    return sum(a * b for a, b in zip(x, w))
""",
        # einsum: a NumPy scalar
        """
def weighted_sum(x, w):
    return np.einsum("d,d->", x, w)
""",
        # a 0-d array
        """
def weighted_sum(x, w):
    return np.array(np.dot(w, x))
""",
        # a lambda and a method
        """
weighted_sum = lambda x, w: (x * w).sum()
""",
        # through lists, with an import and a helper
        """
import math

def product(pair):
    return pair[0] * pair[1]

def weighted_sum(x, w):
    return math.fsum(map(product, zip(x.tolist(), w.tolist())))
""",
        # matrices with one row and one column
        """
def weighted_sum(signals, weights):
    row, column = signals.reshape(1, -1), weights.reshape(-1, 1)
    return (row @ column)[0, 0]
""",
    ],
    "preactivation": [
        """
def preactivation(x, w, b):
    return np.dot(x, w) + b
""",
        # through the exercise before
        """
def preactivation(x, w, b):
    z = weighted_sum(x, w)
    z += b
    return z
""",
        # the bias as the weight of one more signal that is always 1
        """
def preactivation(x, w, b):
    return float(np.append(x, 1.0) @ np.append(w, b))
""",
        # start at the bias
        """
def preactivation(x, w, b):
    z = b
    for signal, weight in zip(x, w):
        z = z + signal * weight
    return z
""",
        # a callable object
        """
class Preactivation:
    def __call__(self, x, w, b):
        return np.asarray(np.sum(np.multiply(x, w)) + b)

preactivation = Preactivation()
""",
    ],
    "step": [
        # a mask, and the dtype by hand
        """
def step(z):
    z = np.asarray(z)
    dtype = z.dtype if z.dtype.kind == "f" else np.float64
    return (z >= 0).astype(dtype)
""",
        # np.where, and NumPy's own rule for dtypes
        """
def step(z):
    return np.where(z >= 0, 1.0, 0.0).astype(np.result_type(z, 1.0))
""",
        """
step = lambda z: np.heaviside(z, 1)
""",
        # fill an array with a mask
        """
def step(z):
    z = np.array(z)
    if z.dtype != np.float32:
        z = z.astype(float)
    out = np.zeros_like(z)
    out[z >= 0] = 1
    return out
""",
        # np.sign, moved up and clipped
        """
def step(z):
    return np.clip(np.sign(z * 1.0) + 1, 0, 1)
""",
        # a loop over all entries, then back into shape
        """
def one_step(value):
    return 1.0 if value >= 0 else 0.0

def step(z):
    array = np.asarray(z)
    answers = [one_step(value) for value in array.ravel()]
    kept = np.float32 if array.dtype == np.float32 else np.float64
    return np.array(answers, dtype=kept).reshape(array.shape)
""",
        # one minus the other half
        """
def step(z):
    kept = np.asarray(z).dtype if np.asarray(z).dtype == np.float32 else float
    return 1 - np.less(z, 0).astype(kept)
""",
    ],
    "neuron": [
        """
def neuron(x, w, b, activation):
    return activation(preactivation(x, w, b))
""",
        """
def neuron(x, w, b, activation):
    return activation(np.dot(x, w) + b)
""",
        # a 0-d array goes in and may come out
        """
def neuron(x, w, b, activation):
    z = np.asarray(np.sum(x * w) + b)
    return np.asarray(activation(z))
""",
        """
neuron = lambda x, w, b, activation: float(activation(float(sum(x * w)) + b))
""",
        # a loop, an inner function, renamed arguments
        """
def neuron(signals, weights, bias, activation):
    def z():
        total = bias
        for d, signal in enumerate(signals):
            total += signal * weights[d]
        return total
    return activation(z())
""",
        # a batch of one: the activation still sees a number
        """
def neuron(x, w, b, activation):
    z = x[np.newaxis, :] @ w + b
    return activation(z[0])
""",
    ],
    "neuron_batch": [
        # one call on all pre-activations
        """
def neuron_batch(X, w, b, activation):
    return activation(np.dot(X, w) + b)
""",
        # one call a row, then one array
        """
def neuron_batch(X, w, b, activation):
    return np.array([neuron(x, w, b, activation) for x in X])
""",
        # an array made beforehand
        """
def neuron_batch(X, w, b, activation):
    answers = np.zeros(X.shape[0])
    for i in range(X.shape[0]):
        answers[i] = activation(np.dot(X[i], w) + b)
    return answers
""",
        """
def neuron_batch(X, w, b, activation):
    z = np.einsum("id,d->i", X, w) + b
    return activation(z)
""",
        # broadcasting and a sum over the last axis
        """
neuron_batch = lambda X, w, b, activation: activation((X * w).sum(axis=-1) + b)
""",
        # through a column, made flat at the end
        """
def neuron_batch(X, w, b, activation):
    column = X @ w.reshape(-1, 1) + b
    return activation(column).ravel()
""",
        # the textbook's convention inside, with examples in columns
        """
def neuron_batch(X, w, b, activation):
    return activation(w @ X.T + b)
""",
        # np.vectorize, told what comes out
        """
def neuron_batch(X, w, b, activation):
    return np.vectorize(activation, otypes=[float])(X @ w + b)
""",
        # a generator
        """
def neuron_batch(X, w, b, activation):
    return np.fromiter((activation(float(x @ w) + b) for x in X), dtype=float, count=len(X))
""",
    ],
    "logic_gate": [
        """
def logic_gate(name):
    if name == "AND":
        return np.array([1.0, 1.0]), -1.5
    elif name == "OR":
        return np.array([1.0, 1.0]), -0.5
    elif name == "NAND":
        return np.array([-1.0, -1.0]), 1.5
    raise ValueError("unknown gate")
""",
        # lists of whole numbers, and other lines
        """
def logic_gate(name):
    gates = {"AND": ([2, 2], -3), "OR": ([2, 2], -1), "NAND": ([-2, -2], 3)}
    try:
        return gates[name]
    except KeyError:
        raise ValueError(name) from None
""",
        # unequal weights, a NumPy scalar, and NAND made from AND
        """
def logic_gate(name):
    if name == "NAND":
        w, b = logic_gate("AND")
        return -w, -b
    if name == "AND":
        return np.array([3.0, 2.0]), np.float64(-4.5)
    if name == "OR":
        return np.array([5.0, 4.0]), np.float64(-2.0)
    raise ValueError(f"{name} is not a gate")
""",
        # a list of two, with a 0-d array as its bias, and an error of its own
        """
class UnknownGate(ValueError):
    pass

GATES = {"AND": (20.0, -30.0), "OR": (20.0, -10.0), "NAND": (-20.0, 30.0)}

def logic_gate(name):
    if name not in GATES:
        raise UnknownGate(name)
    weight, bias = GATES[name]
    return [np.full(2, weight), np.array(bias)]
""",
        # exactly the margin, in halves
        """
def logic_gate(name):
    match name:
        case "AND":
            return (0.5, 0.5), -0.75
        case "OR":
            return (0.5, 0.5), -0.25
        case "NAND":
            return (-0.5, -0.5), 0.75
        case _:
            raise ValueError
""",
    ],
    "decision_line": [
        """
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError("no line")
    return (-w[0] * x1 - b) / w[1]
""",
        # slope and intercept
        """
def decision_line(w, b, x1):
    if not w[1]:
        raise ValueError("upright")
    slope, intercept = -w[0] / w[1], -b / w[1]
    return slope * x1 + intercept
""",
        # unpacked, with arrays made of whatever comes in
        """
def decision_line(w, b, x1):
    w1, w2 = w
    if w2 == 0.0:
        raise ValueError
    return -(np.multiply(w1, x1) + b) / w2
""",
        # np.polyval
        """
def decision_line(w, b, x1):
    if abs(w[1]) == 0:
        raise ValueError("w[1] must not be 0")
    return np.polyval(np.array([-w[0], -b]) / w[1], x1)
""",
        # a loop over all places, then back into shape
        """
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError("no such line")
    places = np.asarray(x1, dtype=float)
    heights = [(-b - w[0] * place) / w[1] for place in places.ravel()]
    return np.array(heights).reshape(places.shape)
""",
        # let NumPy raise, and say it in other words
        """
def decision_line(w, b, x1):
    try:
        with np.errstate(divide="raise", invalid="raise"):
            return -np.float64(1) / w[1] * (w[0] * np.asarray(x1) + b)
    except FloatingPointError:
        raise ValueError("w[1] is 0")
""",
    ],
}
