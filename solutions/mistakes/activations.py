"""Wrong answers to the exercises on activations, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- relu -----------------------------------------------------------------------------------------------------------


@mistake("relu", hint="Plot z again after your call: is it still the old z?")
def cuts_off_in_place(z):
    """a ReLU that writes its zeros into the array it was given"""
    z[z < 0] = 0
    return z


@mistake("relu", hint="np.max reduces; you need a maximum per element.")
def takes_the_largest(z):
    """a ReLU made with np.max, which keeps only the largest numbers"""
    return np.max(z, 0)


@mistake("relu", hint="What should a neuron with z = -3 answer: 3, or nothing at all?")
def flips_the_negative(z):
    """a ReLU that takes the absolute value"""
    return np.abs(np.multiply(z, 1.0))


@mistake("relu", hint="Same shape out as in.")
def drops_the_negative(z):
    """a ReLU that leaves negative entries out instead of answering 0 for them"""
    z = np.asarray(z)
    return z[z > 0]


@mistake("relu", hint="Print the dtype of your answer for np.array([1, -2]): can it hold one half?")
def stays_with_integers(z):
    """a ReLU that answers whole numbers with whole numbers"""
    return np.maximum(z, 0)


@mistake("relu", hint="Compare your curve with the step function: does yours still know how large z is?")
def answers_one(z):
    """a ReLU that answers 1 for every positive number, as the step function does"""
    return np.heaviside(z, 0.0)


@mistake("relu", hint="Which half of the numbers should pass: those above zero, or those below?")
def lets_the_negative_pass(z):
    """a ReLU that keeps the negative half and cuts off the positive one"""
    return np.minimum(z, 0.0)


@mistake("relu", hint="An array has no single truth value; compare elementwise.")
def asks_the_whole_array(z):
    """a ReLU that asks `if z > 0` of a whole array"""
    if z > 0:
        return z * 1.0
    return 0.0


# --- sigmoid --------------------------------------------------------------------------------------------------------


@mistake("sigmoid", hint="Which exponent overflows, and can you keep every exponent <= 0?")
def overflows_on_the_left(z):
    """a sigmoid typed exactly as the formula is written, which overflows for very negative z"""
    return 1.0 / (1.0 + np.exp(np.multiply(z, -1.0)))


@mistake("sigmoid", hint="np.where evaluates both sides; mask, or use exp(-|z|).")
def evaluates_both_sides(z):
    """a sigmoid that chooses with np.where after both sides have been computed"""
    return np.where(z >= 0, 1.0 / (1.0 + np.exp(np.multiply(z, -1.0))), np.exp(z) / (1.0 + np.exp(z)))


@mistake("sigmoid", hint="Large z should head to 1.")
def falls_instead_of_rising(z):
    """a sigmoid whose exponent has lost its minus sign"""
    return 1.0 / (1.0 + np.exp(z))


@mistake("sigmoid", hint="Set z = 0: does your curve pass through one half?")
def runs_from_minus_one(z):
    """a sigmoid that runs from -1 to 1, which is the hyperbolic tangent"""
    return np.tanh(z)


@mistake("sigmoid", hint="Which comes first in Python, + or /, and where do the parentheses belong?")
def adds_after_dividing(z):
    """a sigmoid without the parentheses around its denominator"""
    return 1.0 / 1.0 + np.exp(np.multiply(z, -1.0))


@mistake("sigmoid", hint="How far is your answer for z = 8 from 1, and how far should it be?")
def clips_too_early(z):
    """a sigmoid that escapes the overflow by clipping z to -5 and 5"""
    return 1.0 / (1.0 + np.exp(-np.clip(z, -5.0, 5.0)))


@mistake("sigmoid", hint="math.exp knows single numbers only; which function of NumPy's works on each entry?")
def knows_single_numbers_only(z):
    """a sigmoid made with math.exp, which does not work on arrays"""
    import math

    return 1.0 / (1.0 + math.exp(-z))


@mistake(
    "sigmoid",
    hint="An array has no single truth value; compare elementwise, or use one formula for all.",
)
def asks_if_the_array_is_positive(z):
    """a sigmoid that asks `if z >= 0` of a whole array"""
    if z >= 0:
        return 1.0 / (1.0 + np.exp(-z))
    return np.exp(z) / (1.0 + np.exp(z))


@mistake("sigmoid", hint="What is asked for: the value of the curve, or how steep it is?")
def returns_the_slope(z):
    """a slope of the sigmoid, s (1 - s), instead of its value"""
    s = 0.5 * (1.0 + np.tanh(np.multiply(z, 0.5)))
    return s * (1.0 - s)


# --- tanh_via_sigmoid -----------------------------------------------------------------------------------------------


@mistake("tanh_via_sigmoid", hint="How steep is tanh at zero, and how steep is your curve?")
def forgets_the_inner_two(z):
    """a tanh made from the sigmoid of z instead of 2z, too flat by half"""
    return np.tanh(np.multiply(z, 0.5))


@mistake("tanh_via_sigmoid", hint="What must tanh(0) be?")
def forgets_to_move_down(z):
    """a tanh without its -1, which runs from 0 to 2"""
    return np.tanh(z) + 1.0


@mistake("tanh_via_sigmoid", hint="Which exponent overflows, and have you not written a function that avoids this?")
def divides_two_overflows(z):
    """a tanh made from e^z and e^-z, which overflow for large z"""
    up, down = np.exp(z), np.exp(np.multiply(z, -1.0))
    return (up - down) / (up + down)


@mistake("tanh_via_sigmoid", hint="Which value does tanh approach on the far right: 1, or one half?")
def forgets_the_outer_two(z):
    """a tanh that is moved down but not stretched, between -0.5 and 0.5"""
    return np.tanh(z) * 0.5


@mistake("tanh_via_sigmoid", hint="Is tanh rising or falling, and which of your signs decides it?")
def turns_upside_down(z):
    """a tanh with its sign turned around"""
    return -np.tanh(z)


# --- leaky_relu -----------------------------------------------------------------------------------------------------


@mistake("leaky_relu", hint="Try alpha=2.")
def takes_the_larger_line(z, alpha=0.01):
    """a leaky ReLU that takes the larger of alpha*z and z, which is wrong when alpha is above 1"""
    return np.maximum(np.multiply(alpha, z), z)


@mistake("leaky_relu", hint="Should a negative z leak through as something negative, or as something positive?")
def leaks_upwards(z, alpha=0.01):
    """a leaky ReLU with one minus sign too many, whose left half rises again"""
    return np.maximum(z, 0.0) - alpha * np.minimum(z, 0.0)


@mistake("leaky_relu", hint="Which half of the numbers does alpha belong to?")
def leaks_on_the_right(z, alpha=0.01):
    """a leaky ReLU that multiplies the positive numbers by alpha instead of the negative ones"""
    return alpha * np.maximum(z, 0.0) + np.minimum(z, 0.0)


@mistake("leaky_relu", hint="Call it with alpha=0.5 and with alpha=2: do your answers differ?")
def leaks_one_hundredth(z, alpha=0.01):
    """a leaky ReLU that always multiplies by 0.01, whatever alpha is"""
    return np.maximum(z, 0.0) + 0.01 * np.minimum(z, 0.0)


@mistake("leaky_relu", hint="Is the left half of your curve a slope, or is it level?")
def answers_alpha(z, alpha=0.01):
    """a leaky ReLU that answers alpha itself for negative z, instead of alpha times z"""
    return np.maximum(z, 0.0) + alpha * (np.asarray(z) < 0)


@mistake("leaky_relu", hint="Plot z again after your call: is it still the old z?")
def leaks_in_place(z, alpha=0.01):
    """a leaky ReLU that writes its answers into the array it was given"""
    z[z < 0] *= alpha
    return z


@mistake("leaky_relu", hint="Where is alpha in your function?")
def does_not_leak(z, alpha=0.01):
    """a leaky ReLU without its leak"""
    return np.maximum(z, 0.0)


# --- softmax --------------------------------------------------------------------------------------------------------


@mistake("softmax", hint="Which axis holds the classes? Every example must sum to 1.")
def adds_up_to_one_by_column(Z, axis=-1):
    """a softmax over axis 0, the examples"""
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


@mistake(
    "softmax", hint="Print the shape of your sums: do they still have an axis that meets the classes of their row?"
)
def loses_an_axis(Z, axis=-1):
    """a softmax without keepdims, whose sums meet the wrong entries"""
    E = np.exp(Z - Z.max(axis=axis))
    return E / E.sum(axis=axis)


@mistake("softmax", hint="Subtract each row's own max.")
def subtracts_one_maximum(Z, axis=-1):
    """a softmax that subtracts the maximum of the whole array"""
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=axis, keepdims=True)


@mistake(
    "softmax", hint="What is np.exp(1000)? Which number can you subtract from all scores of an example beforehand?"
)
def subtracts_nothing(Z, axis=-1):
    """a softmax typed exactly as the formula is written, which overflows for large scores"""
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)


@mistake("softmax", hint="Look at result.dtype.")
def rounds_down_to_integers(Z, axis=-1):
    """a softmax that writes its probabilities into an array of whole numbers"""
    result = np.zeros_like(Z)
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    result[...] = E / E.sum(axis=axis, keepdims=True)
    return result


@mistake("softmax", hint="Should the scores of one example have any effect on the probabilities of another?")
def divides_by_the_whole_sum(Z, axis=-1):
    """a softmax that divides by the sum of the whole array"""
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum()


@mistake("softmax", hint="Call it with axis=0: is it the columns now that add up to 1?")
def knows_the_last_axis_only(Z, axis=-1):
    """a softmax that always works on the last axis, whatever axis is"""
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


@mistake("softmax", hint="Do the probabilities of one example add up to 1?")
def squashes_each_score(Z, axis=-1):
    """a softmax that applies the sigmoid to each score by itself"""
    return 0.5 + 0.5 * np.tanh(np.multiply(Z, 0.5))


@mistake("softmax", hint="Print Z again after your call: are they still the old scores?")
def subtracts_in_place(Z, axis=-1):
    """a softmax that subtracts the maximum in the array it was given"""
    Z -= Z.max(axis=axis, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)


@mistake("softmax", hint="Which sum should you divide by: that of the scores, or that of their exponentials?")
def divides_the_scores(Z, axis=-1):
    """a softmax that divides each score by the sum of the scores, without any exponential"""
    return Z / Z.sum(axis=axis, keepdims=True)


@mistake("softmax", hint="How many examples are in Z, and does each of them add up to 1?")
def shares_one_among_all(Z, axis=-1):
    """a softmax over all entries at once, so that the whole array adds up to 1"""
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E)


# --- activation_grad ------------------------------------------------------------------------------------------------


@mistake("activation_grad", hint="Is your argument z or the activation?")
def activates_once_too_often(z, name):
    """slopes taken at the activation instead of at z, as sigma(sigma(z)) has them"""
    squash = lambda x: np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))
    if name == "sigmoid":
        return squash(squash(z)) * (1.0 - squash(squash(z)))
    if name == "tanh":
        return 1.0 - np.tanh(np.tanh(z)) ** 2
    if name == "relu":
        return np.heaviside(z, 0.0)
    if name == "identity":
        return np.ones_like(np.multiply(z, 1.0))
    raise ValueError(name)


@mistake("activation_grad", hint="The formula a (1 - a) speaks of the activation a; what do you have to do to z first?")
def takes_z_for_the_activation(z, name):
    """slopes that put z where the formulas have the activation, as in z (1 - z)"""
    if name == "sigmoid":
        return z * (1.0 - z)
    if name == "tanh":
        return 1.0 - np.multiply(z, 1.0) ** 2
    if name == "relu":
        return np.heaviside(z, 0.0)
    if name == "identity":
        return np.ones_like(np.multiply(z, 1.0))
    raise ValueError(name)


@mistake("activation_grad", hint="Plot z again after your call: is it still the old z?")
def writes_slopes_in_place(z, name):
    """slopes that are written into the array z itself"""
    if name == "sigmoid":
        a = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
        z[...] = a * (1.0 - a)
    elif name == "tanh":
        z[...] = 1.0 - np.tanh(z) ** 2
    elif name == "relu":
        z[...] = np.heaviside(z, 0.0)
    elif name == "identity":
        z[...] = 1.0
    else:
        raise ValueError(name)
    return z


@mistake("activation_grad", hint="What does the notebook say about the ReLU's slope at exactly zero?")
def has_a_slope_at_zero(z, name):
    """slopes whose ReLU asks for z >= 0 where it should ask for z > 0"""
    if name == "sigmoid":
        a = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
        return a * (1.0 - a)
    if name == "tanh":
        return 1.0 - np.tanh(z) ** 2
    if name == "relu":
        return np.heaviside(z, 1.0)
    if name == "identity":
        return np.ones_like(np.multiply(z, 1.0))
    raise ValueError(name)


@mistake("activation_grad", hint="Plot your answer below the curve: is it the slope, or the curve once more?")
def returns_the_activation(z, name):
    """activations where their slopes are asked for"""
    if name == "sigmoid":
        return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(z, 0.0)
    if name == "identity":
        return np.multiply(z, 1.0)
    raise ValueError(name)


@mistake("activation_grad", hint="Can the slope of tanh ever be larger than 1?")
def forgets_the_square(z, name):
    """slopes whose tanh has 1 - tanh(z), without the square"""
    if name == "sigmoid":
        a = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
        return a * (1.0 - a)
    if name == "tanh":
        return 1.0 - np.tanh(z)
    if name == "relu":
        return np.heaviside(z, 0.0)
    if name == "identity":
        return np.ones_like(np.multiply(z, 1.0))
    raise ValueError(name)


@mistake("activation_grad", hint="Ask for 'softplus': does your function refuse, or return something anyway?")
def takes_any_other_name_for_identity(z, name):
    """slopes whose last `else` answers every unknown name with the identity's"""
    if name == "sigmoid":
        a = np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
        return a * (1.0 - a)
    if name == "tanh":
        return 1.0 - np.tanh(z) ** 2
    if name == "relu":
        return np.heaviside(z, 0.0)
    return np.ones_like(np.multiply(z, 1.0))


# --- saturated_fraction ---------------------------------------------------------------------------------------------


@mistake("saturated_fraction", hint="A share lies between 0 and 1: what do you have to divide by?")
def counts_the_sleepers(z, name, tol):
    """a number of saturated entries instead of their share"""
    if z.size == 0:
        raise ValueError("empty")
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.sum(slopes[name] < tol))


@mistake("saturated_fraction", hint="A large output can still have slope 1 (ReLU).")
def looks_at_the_output(z, name, tol):
    """a share of entries whose output is near the end of its range, whatever the slope"""
    if z.size == 0:
        raise ValueError("empty")
    outputs = {"sigmoid": 0.5 + 0.5 * np.tanh(z / 2), "tanh": np.tanh(z), "relu": np.maximum(z, 0.0), "identity": z}
    if name not in outputs:
        raise ValueError(name)
    return float(np.mean(np.abs(outputs[name]) > 1 - tol))


@mistake("saturated_fraction", hint="How flat is the curve on the far left? Look at |z|, not at z.")
def looks_to_the_right_only(z, name, tol):
    """a share of entries that are flat on the far right, without those on the far left"""
    if z.size == 0:
        raise ValueError("empty")
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.mean((slopes[name] < tol) & (z > 0)))


@mistake("saturated_fraction", hint="Is a saturated neuron one with a small slope, or one with a large slope?")
def counts_those_awake(z, name, tol):
    """a share of the entries that are not saturated"""
    if z.size == 0:
        raise ValueError("empty")
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.mean(slopes[name] > tol))


@mistake("saturated_fraction", hint="What is len(z) for a z of shape (2, 3), and how many entries does it have?")
def divides_by_the_rows(z, name, tol):
    """a share of the rows instead of the entries, from dividing by len(z)"""
    if z.size == 0:
        raise ValueError("empty")
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.sum(slopes[name] < tol) / len(z))


@mistake("saturated_fraction", hint="Call it with a tol of 0.2 and one of 0.002: do your answers differ?")
def has_a_tol_of_its_own(z, name, tol):
    """a share of entries whose slope is below 0.01, whatever tol is"""
    if z.size == 0:
        raise ValueError("empty")
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.mean(slopes[name] < 0.01))


@mistake("saturated_fraction", hint="What is 0 divided by 0, and which error should your function raise?")
def averages_nothing(z, name, tol):
    """a share that never asks whether there are any entries"""
    half = 1.0 / np.cosh(np.clip(z / 2, -300, 300)) ** 2 / 4
    full = 1.0 / np.cosh(np.clip(z, -300, 300)) ** 2
    slopes = {"sigmoid": half, "tanh": full, "relu": np.heaviside(z, 0.0), "identity": np.ones(z.shape)}
    if name not in slopes:
        raise ValueError(name)
    return float(np.mean(slopes[name] < tol))
