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
        # np.inner
        """
def weighted_sum(x, w):
    return float(np.inner(w, x))
""",
        # recursion: the first product, and what is left
        """
def weighted_sum(x, w):
    if len(x) == 0:
        return 0.0
    return x[0] * w[0] + weighted_sum(x[1:], w[1:])
""",
        # a mask: gains and losses, each with its own sum
        """
def weighted_sum(x, w):
    positive = x * w > 0
    gains = np.sum(x[positive] * w[positive])
    losses = np.sum(x[~positive] * w[~positive])
    return gains + losses
""",
        # reduce, from zero on
        """
from functools import reduce

def weighted_sum(x, w):
    return reduce(lambda total, d: total + x[d] * w[d], range(x.shape[0]), 0.0)
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
        # einsum
        """
def preactivation(x, w, b):
    return np.einsum("d,d", x, w) + b
""",
        # subtract a threshold, which is minus the bias
        """
def preactivation(x, w, b):
    threshold = -b
    return np.sum(w * x, axis=0) - threshold
""",
        # Python's sum, with the bias as its start
        """
preactivation = lambda x, w, b: sum((s * v for s, v in zip(x, w)), b)
""",
        # a list of all terms, added up with as little rounding as there can be
        """
import math

def preactivation(x, w, b):
    terms = [*(float(a) * float(c) for a, c in zip(x, w)), float(b)]
    return math.fsum(terms)
""",
        # an array of one row goes through a matrix product, and leaves as one number
        """
def preactivation(x, w, b):
    row = np.asarray(x, dtype=float)[None, :]
    return (row @ np.asarray(w, dtype=float) + b).item()
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
        # np.piecewise, on floats
        """
def step(z):
    kept = z.dtype if isinstance(z, np.ndarray) and z.dtype == np.float32 else np.float64
    z = np.asarray(z, dtype=kept)
    return np.piecewise(z, [z < 0, z >= 0], [0.0, 1.0])
""",
        # np.select, with the dtype of a true division
        """
def step(z):
    kept = np.true_divide(z, 1).dtype
    return np.select([np.greater_equal(z, 0)], [1.0], default=0.0).astype(kept)
""",
        # np.vectorize for float64, and float32 by hand
        """
def step(z):
    fired = np.vectorize(lambda value: float(value >= 0), otypes=[float])(z)
    return np.float32(fired) if getattr(z, "dtype", None) == np.float32 else fired
""",
        # a number apart from an array
        """
def step(z):
    if np.ndim(z) == 0:
        return 1.0 if z >= 0 else 0.0
    answers = np.ones(z.shape, dtype=np.float32 if z.dtype == np.float32 else np.float64)
    answers[z < 0] = 0.0
    return answers
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
        # einsum, and a name for each step
        """
def neuron(x, w, b, activation):
    weighted = np.einsum("d,d->", x, w)
    shifted = weighted + b
    fired = activation(shifted)
    return fired
""",
        # the bias as one more weight
        """
def neuron(x, w, b, activation):
    signals = np.concatenate([x, [1.0]])
    weights = np.concatenate([w, [b]])
    return activation(signals.dot(weights))
""",
        # a generator, unpacked arguments, and a NumPy scalar for the activation
        """
def neuron(*given):
    x, w, b, activation = given
    return activation(np.float64(sum(s * v for s, v in zip(x, w)) + b))
""",
        # composed out of two functions
        """
def composed(outer, inner):
    return lambda *arguments: outer(inner(*arguments))

def neuron(x, w, b, activation):
    return composed(activation, preactivation)(x, w, b)
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
        # the bias as one more column, and the answers one after the other
        """
def neuron_batch(X, w, b, activation):
    ones = np.ones((len(X), 1))
    z = np.hstack([X, ones]) @ np.append(w, b)
    answers = [float(activation(value)) for value in z]
    return np.array(answers, dtype=np.float64)
""",
        # np.apply_along_axis does not know what to do without rows
        """
def neuron_batch(X, w, b, activation):
    if not X.shape[0]:
        return np.empty(0)
    return activation(np.apply_along_axis(lambda x: x @ w + b, 1, X))
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
        # a sign and a threshold
        """
def logic_gate(name):
    if name not in {"AND", "OR", "NAND"}:
        raise ValueError("AND, OR and NAND are the gates")
    sign = -1 if name == "NAND" else 1
    threshold = 0.5 if name == "OR" else 1.5
    return sign * np.ones(2), -sign * threshold
""",
        # whole numbers, made of the usual ones
        """
def logic_gate(name):
    known = dict(AND=(1, 1, -1.5), OR=(1, 1, -0.5), NAND=(-1, -1, 1.5))
    if known.get(name) is None:
        raise ValueError(name)
    *w, b = (int(4 * number) for number in known[name])
    return np.array(w), b
""",
        # fitted to the truth table by least squares, which puts the line halfway
        """
def logic_gate(name):
    tables = {"AND": [-1, -1, -1, 1], "OR": [-1, 1, 1, 1], "NAND": [1, 1, 1, -1]}
    if name not in tables:
        raise ValueError("no such gate")
    corners = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
    w1, w2, b = np.linalg.lstsq(corners, np.array(tables[name], dtype=float), rcond=None)[0]
    return np.array([w1, w2]), b
""",
        # searched for, among whole numbers
        """
import itertools

def logic_gate(name):
    rules = {"AND": lambda p, q: p and q, "OR": lambda p, q: p or q, "NAND": lambda p, q: not (p and q)}
    if name not in rules:
        raise ValueError(f"{name!r}?")
    corners = list(itertools.product([0, 1], repeat=2))
    for w1, w2, b in itertools.product(range(-3, 4), repeat=3):
        if all((w1 * p + w2 * q + b >= 1) == bool(rules[name](p, q)) for p, q in corners):
            if all(abs(w1 * p + w2 * q + b) >= 1 for p, q in corners):
                return [w1, w2], b
""",
        # float32, and a list of weights
        """
def logic_gate(name):
    if name == "OR":
        w, b = [7.0, 7.0], -3.5
    elif name == "AND":
        w, b = [7.0, 7.0], -10.5
    elif name == "NAND":
        w, b = [-7.0, -7.0], 10.5
    else:
        raise ValueError()
    return np.array(w, dtype=np.float32), np.float32(b)
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
        # -0.0 and 0 are both zero; NumPy's own functions do the rest
        """
def decision_line(w, b, x1):
    if np.isclose(w[1], 0.0, rtol=0, atol=0):
        raise ValueError("upright")
    return np.negative(np.divide(np.add(np.multiply(w[0], x1), b), w[1]))
""",
        # one equation for each place
        """
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError("singular")
    flat = np.ravel(np.asarray(x1, dtype=np.float64))
    right = (-b - w[0] * flat)[None, :]
    return np.linalg.solve(np.array([[float(w[1])]]), right).reshape(np.shape(x1))
""",
        # two points make a line
        """
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError
    at_zero = -b / w[1]
    at_one = -(w[0] + b) / w[1]
    return at_zero + (at_one - at_zero) * x1
""",
        # np.vectorize over a helper of its own, told what comes out
        """
def decision_line(w, b, x1):
    def height(place):
        return (-b - w[0] * place) / w[1]

    if w[1] == 0:
        raise ValueError("there is no height")
    return np.vectorize(height, otypes=[float])(x1)
""",
    ],
}
