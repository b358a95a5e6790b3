"""The exercises on activations, answered rightly in other ways.

Each text is the whole source of an answer cell; `np` and the other exercises are at hand, as they are in a notebook.
"""

from __future__ import annotations

RIGHT_ANSWERS: dict[str, list[str]] = {
    "relu": [
        # np.where, and NumPy's own rule for dtypes
        """
def relu(z):
    return np.where(np.asarray(z) > 0, z, 0).astype(np.result_type(z, 1.0))
""",
        # a mask on a copy
        """
def relu(z):
    out = np.array(z)
    if out.dtype != np.float32:
        out = out.astype(float)
    out[out < 0] = 0
    return out
""",
        # times a truth value
        """
def relu(z):
    return z * (np.asarray(z) > 0) * 1.0
""",
        # half of z and |z|
        """
relu = lambda z: (z + np.abs(z)) * 0.5
""",
        # a loop over all entries, then back into shape
        """
def one_relu(value):
    if value > 0:
        return value
    return 0.0

def relu(z):
    array = np.asarray(z)
    kept = np.float32 if array.dtype == np.float32 else np.float64
    return np.array([one_relu(value) for value in array.ravel()], dtype=kept).reshape(array.shape)
""",
        # np.clip without an upper end
        """
def relu(z):
    return np.clip(np.multiply(z, 1.0), 0, None)
""",
        # a leaky ReLU whose leak is closed, through partial
        """
from functools import partial

def leak(z, alpha):
    return np.where(np.greater(z, 0), 1.0 * np.asarray(z), alpha * np.asarray(z))

relu = partial(leak, alpha=0.0)
""",
        # np.fmax and an argument by another name
        """
def relu(preactivations):
    return np.fmax(preactivations, 0.0)
""",
        # a callable object
        """
class Relu:
    def __init__(self, floor=0.0):
        self.floor = floor

    def __call__(self, z):
        return np.maximum(self.floor, z)

relu = Relu()
""",
        # np.copyto with where, into zeros
        """
def relu(z):
    z = np.asarray(z)
    out = np.zeros(z.shape, dtype=z.dtype if z.dtype == np.float32 else float)
    np.copyto(out, z, where=z > 0)
    return out
""",
        # an in-place operation on an own array
        """
def relu(z):
    answer = z * 1.0
    answer *= np.heaviside(z, 0)
    return answer
""",
    ],
    "sigmoid": [
        # two masks
        """
def sigmoid(z):
    z = np.asarray(z)
    if z.dtype != np.float32:
        z = z.astype(float)
    out = np.zeros_like(z)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    out[~right] = e / (1 + e)
    return out
""",
        # exp(-|z|), then a choice
        """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)
""",
        # a shifted and squeezed tanh
        """
def sigmoid(z):
    return (np.tanh(np.multiply(z, 0.5)) + 1) / 2
""",
        # clipped where nothing is left to see
        """
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.clip(np.multiply(z, 1.0), -60, 60)))
""",
        # the formula as it stands, but overflow is known and meant: the values are right
        """
def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(np.negative(z)))
""",
        # through the logarithm
        """
sigmoid = lambda z: np.exp(-np.logaddexp(0.0, -1.0 * np.asarray(z)))
""",
        # a loop with math
        """
import math

def one_sigmoid(value):
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    e = math.exp(value)
    return e / (1 + e)

def sigmoid(z):
    array = np.asarray(z)
    kept = np.float32 if array.dtype == np.float32 else np.float64
    return np.array([one_sigmoid(float(value)) for value in array.ravel()], dtype=kept).reshape(array.shape)
""",
        # the symmetry: compute the left half, and turn it around
        """
def sigmoid(z):
    small = np.exp(-np.abs(z))
    small = small / (1.0 + small)
    return np.where(np.less(z, 0), small, 1.0 - small)
""",
        # a softmax over two classes, one of which always has the score 0
        """
def sigmoid(z):
    scores = np.stack([np.multiply(z, 1.0), np.zeros_like(np.multiply(z, 1.0))])
    scores = scores - scores.max(axis=0)
    e = np.exp(scores)
    return e[0] / e.sum(axis=0)
""",
        # a callable object
        """
class Sigmoid:
    def __call__(self, z):
        size = np.abs(z)
        upper = 1.0 / (1.0 + np.exp(-size))
        return 0.5 + np.sign(z) * (upper - 0.5)

sigmoid = Sigmoid()
""",
    ],
    "tanh_via_sigmoid": [
        """
def tanh_via_sigmoid(z):
    return 2 * sigmoid(2 * z) - 1
""",
        # NumPy's own
        """
def tanh_via_sigmoid(z):
    return np.tanh(z)
""",
        # the difference of two sigmoids
        """
def tanh_via_sigmoid(z):
    return sigmoid(np.multiply(z, 2.0)) - sigmoid(np.multiply(z, -2.0))
""",
        # step by step, in an own array
        """
def tanh_via_sigmoid(z):
    twice = z + z
    a = np.array(sigmoid(twice))
    a *= 2
    a -= 1
    return a
""",
        # from e^-2|z|, with the sign put back
        """
def tanh_via_sigmoid(z):
    e = np.exp(-2.0 * np.abs(z))
    return np.sign(z) * (1 - e) / (1 + e)
""",
        # np.expm1
        """
def tanh_via_sigmoid(z):
    m = np.expm1(-2.0 * np.abs(z))
    return np.copysign(-m / (m + 2.0), z)
""",
        """
tanh_via_sigmoid = lambda z: (sigmoid(2.0 * z) - 0.5) / 0.5
""",
        # a loop with math
        """
import math

def tanh_via_sigmoid(z):
    array = np.asarray(z)
    kept = np.float32 if array.dtype == np.float32 else np.float64
    out = np.empty(array.shape, dtype=kept)
    for place in np.ndindex(*array.shape):
        out[place] = math.tanh(array[place])
    return out
""",
        # a function made by a function
        """
def stretched(curve, inner, outer, shift):
    def answer(z):
        return outer * curve(inner * np.asarray(z)) + shift
    return answer

tanh_via_sigmoid = stretched(sigmoid, 2.0, 2.0, -1.0)
""",
        # clipped beforehand, then e^z and e^-z
        """
def tanh_via_sigmoid(z):
    z = np.clip(np.multiply(z, 1.0), -40, 40)
    up, down = np.exp(z), np.exp(-z)
    return (up - down) / (up + down)
""",
    ],
    "leaky_relu": [
        """
def leaky_relu(z, alpha=0.01):
    return np.where(np.asarray(z) > 0, z, alpha * np.asarray(z))
""",
        # a mask on a copy
        """
def leaky_relu(z, alpha=0.01):
    out = np.array(z)
    if out.dtype != np.float32:
        out = out.astype(np.float64)
    out[out < 0] *= alpha
    return out
""",
        # the slopes first, then a product
        """
def leaky_relu(z, alpha=0.01):
    z = np.asarray(z)
    slopes = np.ones(z.shape, dtype=np.result_type(z, 1.0))
    slopes[z < 0] = alpha
    return slopes * z
""",
        # with relu
        """
def leaky_relu(z, alpha=0.01):
    return relu(z) - alpha * relu(-z)
""",
        # a loop over all entries, then back into shape
        """
def leaky_relu(z, alpha=0.01):
    array = np.asarray(z)
    kept = np.float32 if array.dtype == np.float32 else np.float64
    answers = []
    for value in array.ravel():
        answers.append(value if value >= 0 else alpha * value)
    return np.array(answers, dtype=kept).reshape(array.shape)
""",
        """
leaky_relu = lambda z, alpha=0.01: np.clip(1.0 * z, 0, None) + alpha * np.clip(1.0 * z, None, 0)
""",
        # halves of z and |z|
        """
def leaky_relu(z, alpha=0.01):
    return (1 + alpha) / 2 * z + (1 - alpha) / 2 * np.abs(z)
""",
        # the larger or the smaller of two lines, as alpha demands
        """
def leaky_relu(z, alpha=0.01):
    pick = np.maximum if alpha <= 1 else np.minimum
    return pick(1.0 * np.asarray(z), alpha * np.asarray(z))
""",
        # a callable object with a default
        """
class LeakyRelu:
    alpha = 0.01

    def __call__(self, z, alpha=None):
        alpha = self.alpha if alpha is None else alpha
        return z * 1.0 + (alpha - 1.0) * np.minimum(z, 0.0)

leaky_relu = LeakyRelu()
""",
        # np.select
        """
def leaky_relu(z, alpha=0.01):
    z = np.multiply(z, 1.0)
    return np.select([z > 0, z < 0], [z, z * alpha], default=z)
""",
    ],
    "softmax": [
        """
def softmax(Z, axis=-1):
    shifted = Z - Z.max(axis=axis, keepdims=True)
    exps = np.exp(shifted)
    return exps / exps.sum(axis=axis, keepdims=True)
""",
        # np.expand_dims instead of keepdims
        """
def softmax(Z, axis=-1):
    top = np.expand_dims(np.max(Z, axis=axis), axis)
    e = np.exp(Z - top)
    return e / np.expand_dims(np.sum(e, axis=axis), axis)
""",
        # the classes moved to the end and back, with a new axis
        """
def softmax(Z, axis=-1):
    M = np.moveaxis(Z, axis, -1)
    E = np.exp(M - M.max(axis=-1)[..., np.newaxis])
    P = E / np.einsum("...k->...", E)[..., np.newaxis]
    return np.moveaxis(P, -1, axis)
""",
        # transposed, so that broadcasting needs no keepdims
        """
def softmax(Z, axis=-1):
    classes_first = np.swapaxes(Z, 0, axis)
    e = np.exp(classes_first - classes_first.max(axis=0))
    return np.swapaxes(e / e.sum(axis=0), 0, axis)
""",
        # log-sum-exp
        """
def softmax(Z, axis=-1):
    return np.exp(Z - np.logaddexp.reduce(Z * 1.0, axis=axis, keepdims=True))
""",
        # a helper for one example, and np.apply_along_axis where there is any
        """
def one_example(scores):
    e = np.exp(scores - max(scores))
    return e / sum(e)

def softmax(Z, axis=-1):
    if Z.size == 0:
        return Z * 1.0
    return np.apply_along_axis(one_example, axis, Z)
""",
        # in place, in an own array; subtracting the maximum twice does no harm
        """
def softmax(Z, axis=-1):
    out = np.array(Z, dtype=np.result_type(Z, 1.0))
    for _ in range(2):
        out -= np.amax(out, axis=axis, keepdims=True)
    np.exp(out, out=out)
    out /= np.add.reduce(out, axis=axis, keepdims=True)
    return out
""",
        # each class against all others
        """
def softmax(Z, axis=-1):
    M = np.moveaxis(np.asarray(Z), axis, -1)
    with np.errstate(over="ignore"):
        P = 1.0 / np.exp(M[..., np.newaxis, :] - M[..., :, np.newaxis]).sum(axis=-1)
    return np.moveaxis(P, -1, axis)
""",
        """
softmax = lambda Z, axis=-1: (lambda E: E / E.sum(axis, keepdims=True))(np.exp(Z - Z.max(axis, keepdims=True)))
""",
        # a loop over the examples
        """
def softmax(Z, axis=-1):
    kept = np.float32 if Z.dtype == np.float32 else np.float64
    P = np.empty(Z.shape, dtype=kept)
    source, target = np.moveaxis(Z, axis, -1), np.moveaxis(P, axis, -1)
    for place in np.ndindex(*source.shape[:-1]):
        scores = source[place]
        e = np.exp(scores - scores.max())
        target[place] = e / e.sum()
    return P
""",
    ],
    "activation_grad": [
        # early returns
        """
def activation_grad(z, name):
    if name == "sigmoid":
        return sigmoid(z) * (1 - sigmoid(z))
    if name == "tanh":
        return 1 - np.square(np.tanh(z))
    if name == "relu":
        return np.asarray(z > 0).astype(np.result_type(z, 1.0))
    if name == "identity":
        return np.ones_like(z * 1.0)
    raise ValueError("unknown activation")
""",
        # a dictionary of functions
        """
GRADS = {
    "sigmoid": lambda z: sigmoid(z) * sigmoid(-z),
    "tanh": lambda z: 1.0 - tanh_via_sigmoid(z) ** 2,
    "relu": lambda z: np.heaviside(z, 0),
    "identity": lambda z: z * 0.0 + 1.0,
}

def activation_grad(z, name):
    if name not in GRADS:
        raise ValueError(f"{name} is no activation")
    return GRADS[name](z)
""",
        # match, and (1 - a)(1 + a)
        """
def activation_grad(z, name):
    match name:
        case "sigmoid":
            e = np.exp(-np.abs(z))
            return e / (1 + e) ** 2
        case "tanh":
            a = np.tanh(z)
            return (1 - a) * (1 + a)
        case "relu":
            return np.where(np.asarray(z) > 0, 1.0, 0.0).astype(np.result_type(z, 1.0))
        case "identity":
            return np.full_like(z * 1.0, 1.0)
        case _:
            raise ValueError(name)
""",
        # a mask, in an own array
        """
def activation_grad(z, name):
    z = np.array(z, dtype=np.result_type(z, 1.0))
    slope = np.ones_like(z)
    if name == "relu":
        slope[z <= 0] = 0
    elif name == "sigmoid":
        a = sigmoid(z)
        slope = a - a * a
    elif name == "tanh":
        slope -= np.tanh(z) ** 2
    elif name != "identity":
        raise ValueError(name)
    return slope
""",
        # an error of its own, and KeyError turned into it
        """
class NoSuchActivation(ValueError):
    pass

def activation_grad(z, name):
    s, t = sigmoid(z), np.tanh(z)
    slopes = {
        "identity": np.ones_like(t),
        "relu": np.heaviside(z, 0.0),
        "tanh": 1.0 - t * t,
        "sigmoid": s * (1.0 - s),
    }
    try:
        return slopes[name]
    except KeyError:
        raise NoSuchActivation(name) from None
""",
        # a loop over all entries, then back into shape
        """
import math

def one_slope(z, name):
    if name == "identity":
        return 1.0
    if name == "relu":
        return 1.0 if z > 0 else 0.0
    a = math.tanh(z if name == "tanh" else z / 2)
    return 1 - a * a if name == "tanh" else (1 - a * a) / 4

def activation_grad(z, name):
    if name not in ("sigmoid", "tanh", "relu", "identity"):
        raise ValueError(name)
    array = np.asarray(z)
    kept = np.float32 if array.dtype == np.float32 else np.float64
    return np.array([one_slope(float(v), name) for v in array.ravel()], dtype=kept).reshape(array.shape)
""",
        # the sigmoid's slope is a quarter of tanh's at half of z
        """
def activation_grad(z, name):
    z = np.asarray(z)
    if name == "tanh":
        return 1 - np.tanh(z) ** 2
    if name == "sigmoid":
        return activation_grad(z / 2, "tanh") / 4
    if name == "relu":
        return np.ceil(np.clip(np.sign(z), 0, 1) * 1.0)
    if name == "identity":
        return activation_grad(np.abs(z) + 1, "relu")
    raise ValueError(name)
""",
        # a set of names, then one expression
        """
def activation_grad(z, name):
    if name not in {"sigmoid", "tanh", "relu", "identity"}:
        raise ValueError(f"unknown: {name!r}")
    if name == "sigmoid":
        return np.exp(-np.logaddexp(0.0, z * 1.0) - np.logaddexp(0.0, z * -1.0))
    if name == "tanh":
        return 4.0 * activation_grad(2.0 * z, "sigmoid")
    return np.heaviside(z, 0.0) if name == "relu" else np.cos(np.zeros_like(z * 1.0))
""",
        # cosh, where it cannot overflow
        """
def activation_grad(z, name):
    x = np.clip(np.multiply(z, 1.0), -40.0, 40.0)
    if name == "sigmoid":
        return 0.25 / np.cosh(x / 2) ** 2
    if name == "tanh":
        return 1.0 / np.cosh(x) ** 2
    if name == "relu":
        return np.where(x > 0, np.ones_like(x), np.zeros_like(x))
    if name == "identity":
        return np.ones_like(x)
    raise ValueError
""",
        # a callable object with methods
        """
class Slopes:
    def sigmoid(self, z):
        a = sigmoid(z)
        return a * (1 - a)

    def tanh(self, z):
        return 1 - np.tanh(z) ** 2

    def relu(self, z):
        return np.heaviside(z, 0.0)

    def identity(self, z):
        return np.ones_like(np.multiply(z, 1.0))

    def __call__(self, z, name):
        if name == "" or name.startswith("_") or not hasattr(self, name):
            raise ValueError(name)
        return getattr(self, name)(z)

activation_grad = Slopes()
""",
    ],
    "saturated_fraction": [
        """
def saturated_fraction(z, name, tol):
    if z.size == 0:
        raise ValueError("empty")
    slopes = activation_grad(z, name)
    return np.sum(slopes < tol) / z.size
""",
        # a NumPy scalar from a mean
        """
def saturated_fraction(z, name, tol):
    if not z.size:
        raise ValueError
    return (activation_grad(z, name) < tol).mean()
""",
        # a loop
        """
def saturated_fraction(z, name, tol):
    slopes = np.ravel(activation_grad(z, name))
    if len(slopes) == 0:
        raise ValueError("nothing to look at")
    asleep = 0
    for slope in slopes:
        if abs(slope) < tol:
            asleep += 1
    return asleep / len(slopes)
""",
        # np.count_nonzero, and the error of a division
        """
def saturated_fraction(z, name, tol):
    try:
        return int(np.count_nonzero(activation_grad(z, name) < tol)) / int(z.size)
    except ZeroDivisionError:
        raise ValueError("no entries") from None
""",
        # the entries that are left
        """
def saturated_fraction(z, name, tol):
    slopes = activation_grad(z, name)
    if 0 in z.shape:
        raise ValueError("z is empty")
    return slopes[slopes < tol].size / slopes.size
""",
        # sorted, then searched; a 0-d array
        """
def saturated_fraction(z, name, tol):
    slopes = np.sort(activation_grad(z, name), axis=None)
    if slopes.shape == (0,):
        raise ValueError("empty")
    return np.array(np.searchsorted(slopes, tol) / slopes.size)
""",
        # one minus those awake
        """
def saturated_fraction(z, name, tol):
    if np.prod(z.shape) == 0:
        raise ValueError("empty")
    awake = np.abs(activation_grad(z, name)) >= tol
    return 1.0 - float(np.average(awake))
""",
        # through the activations, without activation_grad
        """
def saturated_fraction(z, name, tol):
    if z.size < 1:
        raise ValueError("at least one entry")
    if name == "sigmoid":
        a = sigmoid(z)
        slopes = a * (1 - a)
    elif name == "tanh":
        slopes = 1 - np.tanh(z) ** 2
    elif name == "relu":
        slopes = z > 0
    elif name == "identity":
        slopes = np.ones(z.shape)
    else:
        raise ValueError(name)
    return np.mean(np.where(slopes < tol, 1.0, 0.0))
""",
        # statistics
        """
from statistics import fmean

def is_asleep(tol):
    return lambda slope: slope < tol

def saturated_fraction(z, name, tol):
    slopes = activation_grad(z, name).flatten().tolist()
    if not slopes:
        raise ValueError("empty")
    return fmean(map(is_asleep(tol), slopes))
""",
        # an error of NumPy's own, turned into ours
        """
def saturated_fraction(z, name, tol):
    with np.errstate(invalid="raise", divide="raise"):
        try:
            return np.float64((activation_grad(z, name) < tol).sum()) / np.float64(z.size)
        except FloatingPointError as fault:
            raise ValueError("no entries") from fault
""",
    ],
}
