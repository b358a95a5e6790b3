"""Hidden tests of the neuron. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

import numpy as np

from autograder.testing import (
    Spy,
    as_floats,
    changes_nothing,
    close,
    fail,
    leaves_inputs_alone,
    must_raise,
    points,
    same,
    warns_nothing,
)

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def heaviside(z):
    """np.heaviside(z, 1.0): a step that takes numbers and arrays."""
    return np.heaviside(z, 1.0)


def identity(z):
    """z itself: the activation that changes nothing."""
    return z


def bend(z):
    """np.arctan(z): a curve on which no two pre-activations look alike."""
    return np.arctan(z)


# --- weighted_sum: 2 points -----------------------------------------------------------------------------------------


@points("weighted_sum", 0.25)
def test_weighted_sum_of_one_input(agree, draw):
    """With a single signal, the sum is that one product."""
    agree.weighted_sum(draw(1), draw(1))


@points("weighted_sum", 0.75)
def test_weighted_sum_of_many_inputs(agree, draw):
    """The products of all signals with their weights are added, however many signals there are."""
    for inputs in (2, 3, 5, 8, 13):
        agree.weighted_sum(draw(inputs), draw(inputs))
    for _ in range(2):  # numbers of many decimals, so that no rounding goes unnoticed
        agree.weighted_sum(draw(4, low=-0.5, high=0.5, decimals=6), draw(4, low=-0.5, high=0.5, decimals=6))
    agree.weighted_sum(np.array([draw(), 0.0]), np.array([0.0, draw()]))


@points("weighted_sum", 0.25)
def test_weighted_sum_of_nothing(agree):
    """Without any signals, the sum is 0.0."""
    agree.weighted_sum(np.zeros(0), np.zeros(0))


@points("weighted_sum", 0.25)
def test_weighted_sum_of_integers(agree, draw):
    """Whole numbers are signals and weights like any other."""
    for inputs in (2, 4, 7):
        agree.weighted_sum(draw.integers(inputs), draw.integers(inputs))


@points("weighted_sum", 0.25)
def test_weighted_sum_of_views(agree, draw):
    """Arrays such as X[::2], which are not contiguous in memory, give the same sum."""
    for inputs in (2, 6):
        agree.weighted_sum(draw.strided(inputs), draw.strided(inputs))


@points("weighted_sum", 0.25)
def test_weighted_sum_leaves_its_inputs_alone(student, reference, draw):
    """Signals and weights are the same after the call as before."""
    x, w = draw(4), draw(4)
    same(leaves_inputs_alone(student.weighted_sum, x, w), reference.weighted_sum(x, w))


# --- preactivation: 2 points ----------------------------------------------------------------------------------------


@points("preactivation", 0.5)
def test_preactivation_of_silence(agree, draw):
    """With all signals zero, the neuron returns its bias."""
    for inputs in (1, 2, 5):
        agree.preactivation(np.zeros(inputs), draw(inputs), draw())


@points("preactivation", 0.5)
def test_preactivation_of_many_inputs(agree, draw):
    """The pre-activation is the weighted sum plus the bias, once, however many signals there are."""
    for inputs in (1, 2, 3, 7, 12):
        agree.preactivation(draw(inputs), draw(inputs), draw())
    for _ in range(2):  # numbers of many decimals, so that no rounding goes unnoticed
        agree.preactivation(
            draw(4, low=-0.5, high=0.5, decimals=6),
            draw(4, low=-0.5, high=0.5, decimals=6),
            draw(low=-0.5, high=0.5, decimals=6),
        )


@points("preactivation", 0.25)
def test_preactivation_without_a_bias(agree, draw):
    """With b = 0, the weighted sum is left."""
    for inputs in (2, 5):
        agree.preactivation(draw(inputs), draw(inputs), 0.0)


@points("preactivation", 0.25)
def test_preactivation_without_inputs(agree, draw):
    """Without any signals, the bias is left."""
    agree.preactivation(np.zeros(0), np.zeros(0), draw())


@points("preactivation", 0.25)
def test_preactivation_of_integers(agree, draw):
    """Whole numbers are fine as signals, weights and bias."""
    for inputs in (2, 4):
        agree.preactivation(draw.integers(inputs), draw.integers(inputs), int(draw.integers(1)[0]))


@points("preactivation", 0.25)
def test_preactivation_leaves_its_inputs_alone(student, reference, draw):
    """Signals and weights, views such as X[::2] too, are the same after the call as before."""
    x, w, b = draw.strided(5), draw.strided(5), draw()
    same(leaves_inputs_alone(student.preactivation, x, w, b), reference.preactivation(x, w, b))


# --- step: 2 points -------------------------------------------------------------------------------------------------


@points("step", 0.25)
def test_step_of_both_signs(agree, draw, rng):
    """The step is 1.0 for positive numbers and 0.0 for negative ones."""
    for size in (1, 2, 9):
        agree.step(rng.permutation(np.concatenate([np.abs(draw(size)), -np.abs(draw(size))])))


@points("step", 0.25)
def test_step_at_zero(agree):
    """At exactly zero the step is 1.0; for Python, -0.0 is zero as well."""
    agree.step(np.array([0.0]))
    agree.step(np.array([-1.0, 0.0, 1.0]))
    agree.step(np.array([-0.0, 0.0]))


@points("step", 0.25)
def test_step_of_one_number(agree, draw):
    """A single number, and an array without axes, give a single number."""
    for z in (abs(draw()), -abs(draw())):
        agree.step(z)
        agree.step(np.array(z))


@points("step", 0.25)
def test_step_keeps_the_shape(agree, draw):
    """The answer has the shape of z, whatever that is: transposed, a view, or empty."""
    for z in (draw(3, 2).T, draw.strided(4), draw.fortran(2, 4), draw(2, 3, 4), np.zeros(0), np.zeros((0, 3))):
        agree.step(z)


@points("step", 0.25)
def test_step_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    agree.step(np.array([-2, 3]))
    agree.step(rng.permutation(np.arange(-4, 5)))


@points("step", 0.25)
def test_step_of_float32(agree, draw):
    """Numbers of type float32 in give float32 out."""
    for shape in ((2,), (3, 4)):
        agree.step(draw(*shape).astype(np.float32))


@points("step", 0.25)
def test_step_leaves_its_input_alone(student, reference, draw):
    """The array z is the same after the call as before, and the answer is a new array."""
    z = draw(6)
    same(leaves_inputs_alone(student.step, z), reference.step(z))
    changes_nothing(student.step, np.array([-1e300, 0.5, 1000.0]))


@points("step", 0.25)
def test_step_of_huge_numbers(student, reference, rng):
    """Huge numbers are answered as well, without a floating-point warning."""
    z = rng.permutation(np.array([-1e300, -1000.0, -1e-300, 1e-300, 1000.0, 1e300]))
    same(warns_nothing(student.step, z), reference.step(z))


# --- neuron: 3 points -----------------------------------------------------------------------------------------------


def what_it_saw(activation):
    """What each call showed to the activation, as arrays of floats."""
    seen = [as_floats(arguments[0]) if len(arguments) == 1 else None for arguments in activation.calls]
    if any(values is None for values in seen):
        fail("The activation should be called with one argument, made of numbers.", got=list(activation.calls))
    return seen


def close_enough(answer, activation, z):
    """Whether the answer is the activation of what it was shown, as far as this is a number."""
    seen, got = as_floats(z), as_floats(answer)
    return seen is not None and got is not None and got.size == seen.size == 1 and close(got, activation(seen)).all()


def just_beside_zero(draw, inputs):
    """An example, and two biases: with the first its pre-activation is above zero, with the second below."""
    x, w, distance = draw(inputs), draw(inputs), abs(draw())
    z = round(float(x @ w), 2)
    return x, w, (round(distance - z, 2), round(-distance - z, 2))


@points("neuron", 0.5)
def test_neuron_with_the_step(agree, draw):
    """With a step as its activation, the neuron answers 1.0 or 0.0, as the sign of the pre-activation says."""
    for inputs in (1, 2, 5):
        x, w, biases = just_beside_zero(draw, inputs)
        for b in biases:
            agree.neuron(x, w, b, heaviside)


@points("neuron", 0.5)
def test_neuron_with_another_activation(agree, draw):
    """The neuron applies whatever activation it is given to its pre-activation."""
    for activation in (bend, np.abs, np.square):
        for inputs in (1, 3, 4):
            agree.neuron(draw(inputs), draw(inputs), draw(), activation)


@points("neuron", 0.5)
def test_neuron_calls_its_activation_once(student, draw):
    """The activation is called exactly once."""
    for inputs in (1, 4):
        x, w, b, activation = draw(inputs), draw(inputs), draw(), Spy(bend)
        answer = student.neuron(x, w, b, activation)
        calls = len(activation.calls)
        if calls != 1:
            fail("The activation should be called exactly once for an example.", got=calls, want=1)
        if len(activation.calls[0]) != 1 or not close_enough(answer, bend, activation.calls[0][0]):
            fail("The neuron should answer with what its activation says.", got=answer)


@points("neuron", 0.5)
def test_neuron_shows_its_activation_the_preactivation(student, reference, draw):
    """What the activation sees is one number: the weighted sum plus the bias."""
    for inputs in (1, 3):
        x, w, b, activation = draw(inputs), draw(inputs), draw(), Spy(bend)
        student.neuron(x, w, b, activation)
        want = reference.preactivation(x, w, b)
        if not activation.calls:
            fail("The activation was never called.", got=None, want=want)
        seen = what_it_saw(activation)[0]
        if seen.ndim != 0:
            fail("The activation should see one number, not a whole array.", got=seen, want=want)
        if not close(seen, want):
            fail("The activation should see the weighted sum plus the bias.", got=seen, want=want)


@points("neuron", 0.5)
def test_neuron_of_silence(agree, draw):
    """With all signals zero, the neuron answers with the activation of its bias."""
    for inputs in (1, 2, 4):
        agree.neuron(np.zeros(inputs), draw(inputs), draw(), bend)


@points("neuron", 0.25)
def test_neuron_of_integers(agree, draw):
    """Whole numbers are fine as signals, weights and bias."""
    for inputs in (2, 3):
        agree.neuron(draw.integers(inputs), draw.integers(inputs), int(draw.integers(1)[0]), bend)


@points("neuron", 0.25)
def test_neuron_leaves_its_inputs_alone(student, reference, draw):
    """Signals and weights, views such as X[::2] too, are the same after the call as before."""
    x, w, b = draw.strided(4), draw.strided(4), draw()
    same(leaves_inputs_alone(student.neuron, x, w, b, bend), reference.neuron(x, w, b, bend))


# --- neuron_batch: 4 points -----------------------------------------------------------------------------------------


@points("neuron_batch", 0.75)
def test_neuron_batch_answers_each_row(agree, draw):
    """Each row is one example: the answer has one number for each row, whatever the number of signals."""
    for examples, inputs in ((2, 1), (2, 3), (5, 2), (4, 7)):
        agree.neuron_batch(draw(examples, inputs), draw(inputs), draw(), bend)


@points("neuron_batch", 0.5)
def test_neuron_batch_of_a_square(agree, draw):
    """Rows stay the examples when there are as many examples as signals."""
    for size in (2, 3, 5):
        agree.neuron_batch(draw(size, size), draw(size), draw(), bend)


@points("neuron_batch", 0.5)
def test_neuron_batch_of_one_example(agree, draw):
    """A single example gives a flat array with one number, shape (1,)."""
    for inputs in (1, 4):
        agree.neuron_batch(draw(1, inputs), draw(inputs), draw(), bend)


@points("neuron_batch", 0.25)
def test_neuron_batch_of_no_examples(agree, draw):
    """No examples give no answers: an array of shape (0,)."""
    agree.neuron_batch(np.zeros((0, 3)), draw(3), draw(), bend)


@points("neuron_batch", 0.5)
def test_neuron_batch_of_silence(agree, draw):
    """With all signals zero, every example gets the activation of the bias."""
    for examples, inputs in ((2, 3), (3, 2)):
        agree.neuron_batch(np.zeros((examples, inputs)), draw(inputs), draw(), bend)


@points("neuron_batch", 0.5)
def test_neuron_batch_shows_its_activation_the_preactivations(student, draw):
    """What the activation sees are the pre-activations of the examples, all at once or one by one."""
    for examples, inputs in ((2, 3), (4, 2)):
        X, w, b, activation = draw(examples, inputs), draw(inputs), draw(), Spy(bend)
        student.neuron_batch(X, w, b, activation)
        want = X @ w + b
        if not activation.calls:
            fail("The activation was never called.", got=None, want=want)
        seen = np.concatenate([np.ravel(z) for z in what_it_saw(activation)])
        if seen.size > 100 * want.size:
            fail("The activation sees far more numbers than there are rows.", got=seen.size, want=want.size)
        near = close(seen[:, np.newaxis], want)
        if not near.any(axis=1).all():
            fail("The activation should see nothing but the pre-activations of the rows.", got=seen, want=want)
        if not near.any(axis=0).all():
            fail("The activation should see the pre-activation of every row.", got=seen, want=want)


@points("neuron_batch", 0.5)
def test_neuron_batch_of_views(agree, draw):
    """Transposed arrays and views such as X[::2], which are not contiguous in memory, give the same answers."""
    agree.neuron_batch(draw(2, 3).T, draw.strided(2), draw(), bend)
    agree.neuron_batch(draw.strided(4, 3), draw.strided(3), draw(), bend)
    agree.neuron_batch(draw.fortran(3, 4), draw(4), draw(), bend)


@points("neuron_batch", 0.25)
def test_neuron_batch_of_integers(agree, draw):
    """Whole numbers in give floats out."""
    for examples, inputs in ((2, 3), (4, 2)):
        agree.neuron_batch(draw.integers(examples, inputs), draw.integers(inputs), int(draw.integers(1)[0]), bend)


@points("neuron_batch", 0.25)
def test_neuron_batch_leaves_its_inputs_alone(student, reference, draw):
    """Examples and weights are the same after the call as before, and the answer is a new array."""
    X, w, b = draw(4, 3), draw(3), draw()
    same(leaves_inputs_alone(student.neuron_batch, X, w, b, identity), reference.neuron_batch(X, w, b, identity))


# --- logic_gate: 4 points. Any weights and bias are right that keep the four points on their sides -------------------


def weights_and_bias(gate):
    """A gate's answer as (w, b), or the end of the test if it is no pair of two weights and one number."""
    if not isinstance(gate, tuple | list) or len(gate) != 2:
        fail("A gate should return two things: its weights and its bias.", got=gate)
    w, b = as_floats(gate[0]), as_floats(gate[1])
    if w is None or b is None:
        fail("The weights and the bias of a gate should be numbers.", got=gate)
    if w.shape != (2,):
        fail(f"The weights should have shape (2,), not {w.shape}.", got=gate[0])
    if b.shape != ():
        fail(f"The bias should be a single number, not of shape {b.shape}.", got=gate[1])
    return w, b


def preactivations_of(gate):
    """The pre-activations of the four corners; numbers too large to add up give inf or nan, which fit no gate."""
    w, b = weights_and_bias(gate)
    with np.errstate(all="ignore"):
        return CORNERS @ w + b


def has_truth_table(gate, name, table):
    """The neuron with these weights and the step answers (0,0), (0,1), (1,0), (1,1) as the table says."""
    answers = heaviside(preactivations_of(gate))
    want = np.array(table, dtype=float)
    if not np.array_equal(answers, want):
        fail(
            f"For (0,0), (0,1), (1,0), (1,1) a neuron with this {name} and the step does not answer as it should.",
            got=answers,
            want=want,
        )


def keeps_its_distance(gate, name, table):
    """Each of the four pre-activations is on its side of zero, and at least 0.25 away from it."""
    z = preactivations_of(gate)
    if not (np.where(table, z, -z) >= 0.25).all():
        fail(
            f"For (0,0), (0,1), (1,0), (1,1) the pre-activations of {name} should be at least 0.25 where the gate is "
            "true, and at most -0.25 where it is false.",
            got=z,
            want=np.where(table, 0.25, -0.25),
        )


@points("logic_gate", 0.5)
def test_logic_gate_and(student):
    """AND fires for (1, 1) alone."""
    has_truth_table(student.logic_gate("AND"), "AND", [0, 0, 0, 1])


@points("logic_gate", 0.5)
def test_logic_gate_and_with_a_margin(student):
    """The line of AND keeps its distance from all four points."""
    keeps_its_distance(student.logic_gate("AND"), "AND", [0, 0, 0, 1])


@points("logic_gate", 0.5)
def test_logic_gate_or(student):
    """OR fires for everything but (0, 0)."""
    has_truth_table(student.logic_gate("OR"), "OR", [0, 1, 1, 1])


@points("logic_gate", 0.5)
def test_logic_gate_or_with_a_margin(student):
    """The line of OR keeps its distance from all four points."""
    keeps_its_distance(student.logic_gate("OR"), "OR", [0, 1, 1, 1])


@points("logic_gate", 0.5)
def test_logic_gate_nand(student):
    """NAND fires for everything but (1, 1)."""
    has_truth_table(student.logic_gate("NAND"), "NAND", [1, 1, 1, 0])


@points("logic_gate", 0.5)
def test_logic_gate_nand_with_a_margin(student):
    """The line of NAND keeps its distance from all four points."""
    keeps_its_distance(student.logic_gate("NAND"), "NAND", [1, 1, 1, 0])


@points("logic_gate", 0.5)
def test_logic_gate_refuses_xor(student):
    """XOR is beyond a single neuron, so asking for it raises ValueError."""
    student.logic_gate("AND")
    must_raise(ValueError, student.logic_gate, "XOR")


@points("logic_gate", 0.5)
def test_logic_gate_refuses_other_names(student):
    """Every name but AND, OR and NAND raises ValueError."""
    student.logic_gate("AND")
    for name in ("NOR", "PERHAPS", ""):
        must_raise(ValueError, student.logic_gate, name)


# --- decision_line: 3 points ----------------------------------------------------------------------------------------


def slanted(draw, rng):
    """Two weights, the second never 0, 1 or -1, and a bias: no two ways of solving for x2 meet by luck."""
    w = np.array([draw(), rng.choice([-2.5, -2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 2.5])])
    return w, draw()


@points("decision_line", 0.5)
def test_decision_line_at_one_place(agree, draw, rng):
    """One number x1 gives the one number x2 on the line."""
    for _ in range(3):
        agree.decision_line(*slanted(draw, rng), draw())


@points("decision_line", 0.5)
def test_decision_line_at_many_places(agree, draw, rng):
    """An array x1 gives an array x2 of the same shape."""
    for size in (1, 2, 6):
        agree.decision_line(*slanted(draw, rng), draw(size))


@points("decision_line", 0.5)
def test_decision_line_is_where_z_is_zero(student, draw, rng):
    """Put back into w[0] x1 + w[1] x2 + b, the answer gives zero."""
    for _ in range(3):
        (w, b), x1 = slanted(draw, rng), draw()
        answer = student.decision_line(w, b, x1)
        x2 = as_floats(answer)
        if x2 is None or x2.shape != ():
            fail("One number x1 should give one number x2.", got=answer)
        with np.errstate(all="ignore"):
            z = w[0] * x1 + w[1] * x2 + b
        if not abs(z) < 1e-6:
            fail("Substituted back, the point (x1, x2) should have the pre-activation 0.", got=z, want=0.0)


@points("decision_line", 0.5)
def test_decision_line_refuses_an_upright_line(student, draw):
    """With w[1] = 0 no single x2 belongs to an x1: that raises ValueError."""
    student.decision_line(np.array([1.0, 2.0]), draw(), draw())
    must_raise(ValueError, student.decision_line, np.array([draw(), 0.0]), draw(), draw())
    must_raise(ValueError, student.decision_line, np.array([draw(), 0.0]), draw(), draw(3))


@points("decision_line", 0.25)
def test_decision_line_that_is_level(agree, draw, rng):
    """With w[0] = 0 the line is level, and with b = 0 it runs through the origin."""
    _, w2 = slanted(draw, rng)[0]
    agree.decision_line(np.array([draw(), w2]), 0.0, draw())
    agree.decision_line(np.array([0.0, w2]), draw(), draw())
    agree.decision_line(np.array([0.0, w2]), draw(), draw(4))


@points("decision_line", 0.25)
def test_decision_line_of_integers(agree, draw):
    """Whole numbers in give floats out."""
    agree.decision_line(np.array([3, 2]), int(draw.integers(1)[0]), draw.integers(3))
    agree.decision_line(np.array([-1, 4]), int(draw.integers(1)[0]), draw.integers(5))


@points("decision_line", 0.25)
def test_decision_line_keeps_the_shape(agree, draw, rng):
    """The answer has the shape of x1, whatever that is: two axes, a view, or empty."""
    for x1 in (draw.strided(3), draw(2, 3), draw(3, 2).T, np.zeros(0)):
        agree.decision_line(*slanted(draw, rng), x1)


@points("decision_line", 0.25)
def test_decision_line_leaves_its_inputs_alone(student, reference, draw, rng):
    """The weights and x1 are the same after the call as before, and the answer is a new array."""
    (w, b), x1 = slanted(draw, rng), draw(5)
    same(leaves_inputs_alone(student.decision_line, w, b, x1), reference.decision_line(w, b, x1))
