"""Wrong answers to the exercises of the neuron, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- weighted_sum ---------------------------------------------------------------------------------------------------


@mistake("weighted_sum", hint="How many numbers leave one neuron?")
def returns_the_products(x, w):
    """a neuron that returns the products without adding them"""
    return x * w


@mistake("weighted_sum", hint="Try a neuron with five inputs.")
def knows_three_inputs_only(x, w):
    """a neuron that was built for exactly three inputs"""
    return x[0] * w[0] + x[1] * w[1] + x[2] * w[2]


@mistake("weighted_sum", hint="Double every signal by hand: is your number a sum, or an average over the inputs?")
def takes_the_mean(x, w):
    """a neuron that averages the products instead of adding them"""
    return np.mean(x * w) if len(x) else 0.0


@mistake("weighted_sum", hint="After which signal does your function stop, and how far is `return` indented?")
def returns_inside_the_loop(x, w):
    """a neuron that returns from inside its loop, after the first signal"""
    total = 0.0
    for d in range(len(x)):
        total += x[d] * w[d]
        return total


@mistake("weighted_sum", hint="Which weight should the first signal meet: its own, or all of them?")
def multiplies_two_sums(x, w):
    """a neuron that adds up signals and weights separately, then multiplies the two sums"""
    return np.sum(x) * np.sum(w)


@mistake("weighted_sum", hint="At which index does an array begin in Python?")
def counts_from_one(x, w):
    """a neuron that counts its inputs from 1 and never hears the first"""
    total = 0.0
    for d in range(1, len(x)):
        total += x[d] * w[d]
    return total


@mistake("weighted_sum", hint="What happens to the digits behind the decimal point?")
def cuts_off_the_decimals(x, w):
    """a neuron that cuts its sum down to a whole number"""
    return int(np.sum(x * w))


@mistake("weighted_sum", hint="What should a signal with a negative weight do to the total?")
def ignores_the_sign_of_the_weights(x, w):
    """a neuron whose weights have all lost their minus signs"""
    return float(np.sum(x * np.abs(w)))


# --- preactivation --------------------------------------------------------------------------------------------------


@mistake("preactivation", hint="Feed zeros: what should come out?")
def forgets_the_bias(x, w, b):
    """a neuron without its bias"""
    return float(np.dot(x, w))


@mistake("preactivation", hint="Count how many times b enters.")
def adds_the_bias_to_each_product(x, w, b):
    """a neuron that adds its bias once for each input"""
    return float(np.sum(x * w + b))


@mistake("preactivation", hint="Set b = 0: did everything vanish?")
def multiplies_by_the_bias(x, w, b):
    """a neuron that multiplies its weighted sum by the bias"""
    return float(np.dot(x, w) * b)


@mistake("preactivation", hint="Does a large positive b help this neuron to fire, or hold it back?")
def subtracts_the_bias(x, w, b):
    """a neuron that subtracts its bias, as if it were a threshold"""
    return float(np.dot(x, w) - b)


@mistake("preactivation", hint="Make every weight zero: is the bias still there?")
def weights_the_bias(x, w, b):
    """a neuron that adds its bias to the signals, before they are weighted"""
    return float(np.dot(x + b, w))


@mistake("preactivation", hint="Print the shape of z: has anything been added up?")
def shifts_the_products(x, w, b):
    """a neuron that adds the bias to a whole array of products and returns that array"""
    return x * w + b


# --- step -----------------------------------------------------------------------------------------------------------


@mistake("step", hint="What does the definition say at exactly zero?")
def is_silent_at_zero(z):
    """a step that asks for z > 0 where it should ask for z >= 0"""
    return np.heaviside(z, 0.0)


@mistake("step", hint="Downstream we add these; return floats.")
def returns_booleans(z):
    """a step that returns True and False"""
    return np.asarray(z) >= 0


@mistake("step", hint="An array has no single truth value; compare elementwise.")
def asks_an_array_for_its_truth(z):
    """a step that asks `if z >= 0` of a whole array"""
    if z >= 0:
        return 1.0
    return 0.0


@mistake("step", hint="Which value is halfway between silent and firing, and may a step ever return it?")
def is_half_at_zero(z):
    """a step made from np.sign, which gives one half at zero"""
    return (np.sign(z) + 1.0) / 2.0


@mistake("step", hint="Print z again after your call: is it still the old z?")
def overwrites_its_input(z):
    """a step that writes its zeros and ones into the array it was given"""
    fires = z >= 0
    z[fires] = 1.0
    z[~fires] = 0.0
    return z


@mistake("step", hint="What is the lowest value that a step may return?")
def answers_minus_one(z):
    """a step between -1 and 1 instead of 0 and 1"""
    return 2.0 * np.heaviside(z, 1.0) - 1.0


@mistake("step", hint="Print the dtype of your answer: can it hold one half?")
def returns_integers(z):
    """a step that returns whole numbers instead of floats"""
    return np.asarray(np.asarray(z) >= 0).astype(int)


@mistake("step", hint="How many axes does z have, and how many does your answer have?")
def flattens_its_input(z):
    """a step that loops over every entry and forgets the shape"""
    return np.array([1.0 if value >= 0 else 0.0 for value in np.ravel(z)])


# --- neuron ---------------------------------------------------------------------------------------------------------


@mistake("neuron", hint="Is the bias part of what the activation sees?")
def activates_before_the_bias(x, w, b, activation):
    """a neuron that adds its bias after the activation"""
    return activation(float(np.dot(x, w))) + b


@mistake("neuron", hint="Which number does the activation see?")
def activates_each_product(x, w, b, activation):
    """a neuron that activates each product and only then adds them up"""
    return float(np.sum(activation(x * w)) + b)


@mistake("neuron", hint="Pass the step function: are outputs only 0 and 1?")
def never_activates(x, w, b, activation):
    """a neuron that never applies its activation"""
    return float(np.dot(x, w) + b)


@mistake("neuron", hint="How often does your function call the activation?")
def activates_twice(x, w, b, activation):
    """a neuron that applies its activation twice"""
    return activation(activation(float(np.dot(x, w) + b)))


@mistake("neuron", hint="What does your neuron answer when the caller hands it another activation than step?")
def always_uses_step(x, w, b, activation):
    """a neuron that uses the step function whatever activation it is given"""
    return float(np.heaviside(np.dot(x, w) + b, 1.0))


@mistake("neuron", hint="Feed zeros and the function abs: do you see the size of the bias?")
def activates_without_the_bias(x, w, b, activation):
    """a neuron that passes the bare weighted sum to its activation, without the bias"""
    return activation(float(np.dot(x, w)))


@mistake("neuron", hint="Does the activation come before the weights, or at the very end?")
def activates_the_signals(x, w, b, activation):
    """a neuron that activates its signals before it weights them"""
    return float(np.dot(activation(x), w) + b)


@mistake("neuron", hint="What does a function hand back when it has no `return`?")
def prints_its_answer(x, w, b, activation):
    """a neuron that prints its answer and returns nothing"""
    print(activation(float(np.dot(x, w) + b)))


# --- neuron_batch ---------------------------------------------------------------------------------------------------


@mistake("neuron_batch", hint="Line the shapes up; which axis is D?")
def multiplies_from_the_left(X, w, b, activation):
    """a batch with examples in columns: w @ X instead of X @ w"""
    return activation(w @ X + b)


@mistake("neuron_batch", hint="Print the shape; the target is flat.")
def returns_a_column(X, w, b, activation):
    """a batch that returns a column of shape (I, 1)"""
    return activation(X @ w.reshape(-1, 1) + b)


@mistake("neuron_batch", hint="Return one array.")
def returns_a_list(X, w, b, activation):
    """a batch that returns a Python list from its loop"""
    return [float(activation(float(np.dot(x, w) + b))) for x in X]


@mistake("neuron_batch", hint="Feed rows of zeros: does every example still get the bias?")
def batches_without_the_bias(X, w, b, activation):
    """a batch of neurons without their bias"""
    return activation(X @ w)


@mistake("neuron_batch", hint="Pass np.abs: can any of your answers still be negative?")
def batches_without_the_activation(X, w, b, activation):
    """a batch that stops at the pre-activation"""
    return X @ w + b


@mistake("neuron_batch", hint="How many examples have you answered when your loop meets `return`?")
def answers_the_first_row_only(X, w, b, activation):
    """a batch that returns from inside its loop, after the first example"""
    for x in X:
        return activation(float(np.dot(x, w) + b))


@mistake("neuron_batch", hint="Which axis do you add over: the signals of one example, or one signal of all examples?")
def adds_over_the_examples(X, w, b, activation):
    """a batch that adds over axis 0, the examples, instead of axis 1"""
    return activation(np.sum(X * w, axis=0) + b)


@mistake("neuron_batch", hint="Should the signals of one flower have any effect on the answer for another?")
def adds_everything(X, w, b, activation):
    """a batch that adds up all examples into one number"""
    return activation(float(np.sum(X * w)) + b)


@mistake("neuron_batch", hint="Is the bias part of what the activation sees?")
def batches_with_the_bias_outside(X, w, b, activation):
    """a batch that adds the bias after the activation"""
    return activation(X @ w) + b


# --- logic_gate -----------------------------------------------------------------------------------------------------


@mistake("logic_gate", hint="Put (0, 0) in: must z be above or below 0?")
def turns_the_sign_of_the_bias(name):
    """gates whose biases have the wrong sign"""
    gates = {
        "AND": (np.array([1.0, 1.0]), 1.5),
        "OR": (np.array([1.0, 1.0]), 0.5),
        "NAND": (np.array([-1.0, -1.0]), -1.5),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="Move the line halfway between the classes.")
def puts_the_line_on_a_corner(name):
    """gates whose line runs right through one of the four points"""
    gates = {
        "AND": (np.array([1.0, 1.0]), -2.0),
        "OR": (np.array([1.0, 1.0]), -1.0),
        "NAND": (np.array([-1.0, -1.0]), 1.0),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="To flip every answer of AND, which parts of z must change sign?")
def negates_only_the_weights(name):
    """a NAND that flips the weights of AND and keeps its bias"""
    gates = {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), -1.5),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="For (1, 1), is z of your NAND below zero?")
def negates_only_the_bias(name):
    """a NAND that flips the bias of AND and keeps its weights"""
    gates = {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([1.0, 1.0]), 1.5),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="Which two of the three gates differ for the signals (0, 1)?")
def swaps_and_with_or(name):
    """gates with AND and OR swapped"""
    gates = {
        "OR": (np.array([1.0, 1.0]), -1.5),
        "AND": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="Which two numbers can a signal be here: 0 and 1, or -1 and 1?")
def expects_signals_of_minus_one(name):
    """gates for signals of -1 and 1 instead of 0 and 1"""
    gates = {
        "AND": (np.array([1.0, 1.0]), -1.0),
        "OR": (np.array([1.0, 1.0]), 1.0),
        "NAND": (np.array([-1.0, -1.0]), 1.0),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


@mistake("logic_gate", hint="Ask for 'XOR': does your function refuse, or return something anyway?")
def takes_any_other_name_for_nand(name):
    """gates whose last `else` answers every unknown name with NAND"""
    if name == "AND":
        return np.array([1.0, 1.0]), -1.5
    if name == "OR":
        return np.array([1.0, 1.0]), -0.5
    return np.array([-1.0, -1.0]), 1.5


# --- decision_line --------------------------------------------------------------------------------------------------


@mistake("decision_line", hint="Which side does b stand on after you have moved it across the equals sign?")
def loses_the_sign_of_the_bias(w, b, x1):
    """a line whose bias kept its sign when it crossed the equals sign"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return (b - w[0] * x1) / w[1]


@mistake("decision_line", hint="Substitute your answer back: is w.x+b zero?")
def swaps_the_weights(w, b, x1):
    """a line with w[0] and w[1] swapped"""
    if w[0] == 0:
        raise ValueError("w[0] is 0")
    return -(w[1] * x1 + b) / w[0]


@mistake("decision_line", hint="Set x1 = 0: must the line pass through the origin?")
def goes_through_the_origin(w, b, x1):
    """a line through the origin, without its bias"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return -w[0] * x1 / w[1]


@mistake("decision_line", hint="When you divided by w[1], did you divide every term?")
def leaves_the_bias_undivided(w, b, x1):
    """a line whose slope is divided by w[1] and whose bias is not"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return -w[0] / w[1] * x1 - b


@mistake("decision_line", hint="Make both weights positive: if x1 grows, must x2 grow or shrink to keep z at zero?")
def loses_the_sign_of_the_slope(w, b, x1):
    """a line that leans the wrong way"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return (w[0] * x1 - b) / w[1]


@mistake("decision_line", hint="What do you divide by when w[1] is 0, and which error should your function raise?")
def divides_by_zero(w, b, x1):
    """a line that never asks whether w[1] is zero"""
    return -(w[0] * x1 + b) / np.float64(w[1])


@mistake("decision_line", hint="Which comes first in Python, + or /, and where do the parentheses belong?")
def forgets_the_parentheses(w, b, x1):
    """a line that divides only its bias, because parentheses are missing"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return -w[0] * x1 - b / w[1]


@mistake("decision_line", hint="Is the line vertical or horizontal when w[0] is 0, and which weight do you divide by?")
def refuses_the_level_line(w, b, x1):
    """a line that refuses w[0] = 0 instead of w[1] = 0"""
    if w[0] == 0:
        raise ValueError("w[0] is 0")
    return -(w[0] * x1 + b) / np.float64(w[1])


@mistake("decision_line", hint="The neuron switches where its pre-activation is 0: which value do you look for?")
def looks_for_one_half(w, b, x1):
    """a line where the pre-activation is one half instead of 0"""
    if w[1] == 0:
        raise ValueError("w[1] is 0")
    return (0.5 - b - w[0] * x1) / w[1]
