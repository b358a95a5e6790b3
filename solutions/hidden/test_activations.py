"""Hidden tests of the activations. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

import numpy as np

from autograder.testing import (
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

NAMES = ("sigmoid", "tanh", "relu", "identity")


def floats_of_shape(value, shape):
    """The answer as an array of finite floats, or the end of the test if it is anything else."""
    array = as_floats(value)
    if array is None or array.shape != shape:
        fail(f"The answer should be made of numbers and have the shape of z, {shape}.", got=value)
    if not np.isfinite(array).all():
        fail("The answer should be made of finite numbers.", got=value)
    return array


def both_signs(draw, rng, size):
    """As many negative numbers as positive ones, shuffled; none is 0, and none is closer to it than 0.3."""
    return rng.permutation(np.concatenate([draw(size, low=0.3), -draw(size, low=0.3)]))


def odd_shapes(draw):
    """Arrays that do not lie in one piece, with two and three axes, and empty ones."""
    return draw.strided(4), draw(3, 2).T, draw.fortran(2, 4), draw(2, 3, 4), np.zeros(0), np.zeros((0, 3))


def single_numbers(draw):
    """A number above zero and one below, each as a float and as an array without axes."""
    above, below = abs(draw()), -abs(draw())
    return above, below, np.array(above), np.array(below)


def whole_numbers(rng):
    """Integers of both signs, zero among them."""
    return np.array([-2, 3]), rng.permutation(np.arange(-4, 5)), rng.permutation(np.arange(-3, 3)).reshape(2, 3)


# --- relu: 2 points -------------------------------------------------------------------------------------------------


@points("relu", 0.25)
def test_relu_of_both_signs(agree, draw, rng):
    """Positive numbers come back as they are, negative ones as 0.0."""
    for size in (1, 2, 6):
        agree.relu(both_signs(draw, rng, size))


@points("relu", 0.25)
def test_relu_at_zero(agree):
    """At exactly zero the answer is 0.0; for Python, -0.0 is zero as well."""
    agree.relu(np.array([0.0]))
    agree.relu(np.array([-0.5, 0.0, -0.0, 0.5]))


@points("relu", 0.25)
def test_relu_of_one_number(agree, draw):
    """A single number, and an array without axes, give a single number."""
    for z in single_numbers(draw):
        agree.relu(z)


@points("relu", 0.25)
def test_relu_keeps_the_shape(agree, draw):
    """The answer has the shape of z, whatever that is: transposed, a view, three axes, or empty."""
    for z in odd_shapes(draw):
        agree.relu(z)


@points("relu", 0.25)
def test_relu_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    for z in whole_numbers(rng):
        agree.relu(z)


@points("relu", 0.25)
def test_relu_of_float32(agree, draw, rng):
    """Numbers of type float32 in give float32 out."""
    for size in (1, 4):
        agree.relu(both_signs(draw, rng, size).astype(np.float32))


@points("relu", 0.25)
def test_relu_leaves_its_input_alone(student, reference, draw, rng):
    """The array z is the same after the call as before, and the answer is a new array."""
    for z in (both_signs(draw, rng, 3), np.abs(draw(4))):
        same(leaves_inputs_alone(student.relu, z), reference.relu(z))
    changes_nothing(student.relu, np.array([-1000.0, 0.5, 1000.0]))


@points("relu", 0.25)
def test_relu_of_huge_and_tiny_numbers(student, reference, rng):
    """Huge and tiny numbers are answered as well, without a floating-point warning."""
    for size in (1e-3, 1000.0, 1e300):  # apart: the largest number of an answer decides how close is close
        z = rng.permutation(np.array([-size, size, -2 * size, 2 * size]))
        same(warns_nothing(student.relu, z), reference.relu(z))


# --- sigmoid: 4 points ----------------------------------------------------------------------------------------------


@points("sigmoid", 0.75)
def test_sigmoid_of_many_numbers(agree, draw, rng):
    """Each entry is 1 / (1 + e^-z)."""
    for size in (1, 2, 5):
        agree.sigmoid(both_signs(draw, rng, size))
    agree.sigmoid(np.array([0.0, 8.0, -8.0]))
    agree.sigmoid(draw(9, low=-14, high=14))


@points("sigmoid", 0.5)
def test_sigmoid_is_symmetric(student, draw):
    """The sigmoid of z and that of -z add up to 1."""
    for size in (1, 7):
        z = draw(size)
        there, back = (floats_of_shape(student.sigmoid(side), z.shape) for side in (z, -z))
        if not close(there + back, np.ones(size)).all():
            fail("The sigmoid of z plus the sigmoid of -z should be 1.", got=there + back, want=np.ones(size))


@points("sigmoid", 0.25)
def test_sigmoid_rises(student):
    """From left to right the sigmoid rises from 0 to 1, and never falls."""
    z = np.arange(-45.0, 45.5, 0.5)
    a = floats_of_shape(student.sigmoid(z), z.shape)
    if not (np.diff(a) >= -1e-12).all():
        fail("For growing z the sigmoid should never fall.", got=a)
    if not (abs(a[0]) < 1e-8 and abs(a[-1] - 1) < 1e-8):
        fail("The sigmoid should rise from 0 on the far left to 1 on the far right.", got=a)


@points("sigmoid", 0.75)
def test_sigmoid_of_huge_numbers(student, reference):
    """For z = 1000, for z = -1000 and beyond there is an answer, and no floating-point warning."""
    for z in (np.array([1000.0]), np.array([-1000.0]), np.array([-1e300, -750.0, 0.0, 750.0, 1e300])):
        same(warns_nothing(student.sigmoid, z), reference.sigmoid(z))


@points("sigmoid", 0.25)
def test_sigmoid_of_one_number(agree, draw):
    """A single number, and an array without axes, give a single number."""
    for z in single_numbers(draw):
        agree.sigmoid(z)


@points("sigmoid", 0.5)
def test_sigmoid_keeps_the_shape(agree, draw):
    """The answer has the shape of z, whatever that is: transposed, a view, three axes, or empty."""
    for z in odd_shapes(draw):
        agree.sigmoid(z)


@points("sigmoid", 0.25)
def test_sigmoid_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    for z in whole_numbers(rng):
        agree.sigmoid(z)


@points("sigmoid", 0.25)
def test_sigmoid_of_float32(agree, draw, rng):
    """Numbers of type float32 in give float32 out."""
    for size in (1, 4):
        agree.sigmoid(both_signs(draw, rng, size).astype(np.float32))


@points("sigmoid", 0.5)
def test_sigmoid_leaves_its_input_alone(student, reference, draw, rng):
    """The array z is the same after the call as before, and the answer is a new array."""
    z = both_signs(draw, rng, 3)
    same(leaves_inputs_alone(student.sigmoid, z), reference.sigmoid(z))
    changes_nothing(student.sigmoid, np.array([-1000.0, 0.5, 1000.0]))


# --- tanh_via_sigmoid: 2 points -------------------------------------------------------------------------------------


@points("tanh_via_sigmoid", 0.5)
def test_tanh_via_sigmoid_of_many_numbers(agree, draw, rng):
    """Each entry is the hyperbolic tangent of z."""
    for size in (1, 2, 5):
        agree.tanh_via_sigmoid(both_signs(draw, rng, size))
    agree.tanh_via_sigmoid(draw(9, low=-14, high=14))


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_at_zero(agree):
    """tanh(0) is 0."""
    agree.tanh_via_sigmoid(np.array([0.0]))
    agree.tanh_via_sigmoid(np.array([-0.5, 0.0, 0.5]))


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_of_huge_numbers(student, reference):
    """For z = 1000, for z = -1000 and beyond there is an answer, and no floating-point warning."""
    for z in (np.array([1000.0]), np.array([-1000.0]), np.array([-1e300, -750.0, 0.0, 750.0, 1e300])):
        same(warns_nothing(student.tanh_via_sigmoid, z), reference.tanh_via_sigmoid(z))


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_keeps_the_shape(agree, draw):
    """The answer has the shape of z, be it a single number, a view, an array with three axes, or an empty one."""
    for z in (*single_numbers(draw), *odd_shapes(draw)):
        agree.tanh_via_sigmoid(z)


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    for z in whole_numbers(rng):
        agree.tanh_via_sigmoid(z)


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_of_float32(agree, draw, rng):
    """Numbers of type float32 in give float32 out."""
    for size in (1, 4):
        agree.tanh_via_sigmoid(both_signs(draw, rng, size).astype(np.float32))


@points("tanh_via_sigmoid", 0.25)
def test_tanh_via_sigmoid_leaves_its_input_alone(student, reference, draw, rng):
    """The array z is the same after the call as before, and the answer is a new array."""
    z = both_signs(draw, rng, 3)
    same(leaves_inputs_alone(student.tanh_via_sigmoid, z), reference.tanh_via_sigmoid(z))
    changes_nothing(student.tanh_via_sigmoid, np.array([-1000.0, 0.5, 1000.0]))


# --- leaky_relu: 2 points -------------------------------------------------------------------------------------------


@points("leaky_relu", 0.25)
def test_leaky_relu_of_its_own_accord(agree, draw, rng):
    """Without an alpha, negative numbers are multiplied by 0.01."""
    for size in (1, 2, 6):
        agree.leaky_relu(both_signs(draw, rng, size))


@points("leaky_relu", 0.25)
def test_leaky_relu_with_an_alpha(agree, draw, rng):
    """Negative numbers are multiplied by the alpha that is given; positive ones come back as they are."""
    for alpha in (0.5, 0.2):
        for size in (1, 2, 6):
            agree.leaky_relu(both_signs(draw, rng, size), alpha)
        agree.leaky_relu(draw(4, decimals=6), alpha)


@points("leaky_relu", 0.25)
def test_leaky_relu_with_a_steep_alpha(agree, draw, rng):
    """With alpha = 2 as well, alpha belongs to the negative numbers and to no others."""
    for size in (1, 4):
        agree.leaky_relu(both_signs(draw, rng, size), alpha=2.0)


@points("leaky_relu", 0.25)
def test_leaky_relu_without_a_leak(agree, draw, rng):
    """With alpha = 0, the ReLU is left; zero itself is 0.0 whatever alpha is."""
    agree.leaky_relu(both_signs(draw, rng, 3), 0.0)
    agree.leaky_relu(np.array([-1.0, 0.0, -0.0, 1.0]), 0.5)


@points("leaky_relu", 0.25)
def test_leaky_relu_keeps_the_shape(agree, draw):
    """The answer has the shape of z, be it a single number, a view, an array with three axes, or an empty one."""
    for z in (*single_numbers(draw), *odd_shapes(draw)):
        agree.leaky_relu(z, 0.5)


@points("leaky_relu", 0.25)
def test_leaky_relu_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    for z in whole_numbers(rng):
        agree.leaky_relu(z, 0.25)


@points("leaky_relu", 0.25)
def test_leaky_relu_of_float32(agree, draw, rng):
    """Numbers of type float32 in give float32 out."""
    for size in (1, 4):
        agree.leaky_relu(both_signs(draw, rng, size).astype(np.float32), 0.5)


@points("leaky_relu", 0.25)
def test_leaky_relu_leaves_its_input_alone(student, reference, draw, rng):
    """The array z is the same after the call as before, and the answer is a new array."""
    for z in (both_signs(draw, rng, 3), np.abs(draw(4))):
        same(leaves_inputs_alone(student.leaky_relu, z, 0.5), reference.leaky_relu(z, 0.5))


# --- softmax: 4 points ----------------------------------------------------------------------------------------------


def scores(draw, examples, classes):
    """Scores without two equal columns or rows: each example has its own level, each class its own tilt."""
    tilt = np.linspace(0.0, 2.0, classes) + np.linspace(0.0, 3.0, examples)[:, np.newaxis] ** 2
    return draw(examples, classes, low=-1, high=1) + np.round(tilt, 2)


@points("softmax", 0.75)
def test_softmax_of_each_row(agree, draw):
    """Each row is one example: its K answers are e^z divided by the sum of e^z over that row."""
    for examples, classes in ((1, 2), (2, 3), (5, 2), (4, 7)):
        agree.softmax(scores(draw, examples, classes))


@points("softmax", 0.5)
def test_softmax_of_a_square(agree, draw):
    """Rows stay the examples when there are as many examples as classes."""
    for size in (2, 3, 5):
        agree.softmax(scores(draw, size, size))


@points("softmax", 0.5)
def test_softmax_over_the_last_axis(agree, draw):
    """With one axis as with three, the classes are on the last axis unless said otherwise."""
    agree.softmax(draw(2))
    agree.softmax(draw(5))
    agree.softmax(draw(2, 3, 4))
    agree.softmax(draw(3, 3, 3))


@points("softmax", 0.5)
def test_softmax_over_a_named_axis(agree, draw):
    """The probabilities add up to 1 along the axis that is named."""
    agree.softmax(scores(draw, 2, 3), 0)
    agree.softmax(scores(draw, 3, 3), axis=0)
    agree.softmax(scores(draw, 2, 4), axis=1)
    for axis in (0, 1, 2, -2):
        agree.softmax(draw(2, 4, 3), axis=axis)


@points("softmax", 0.75)
def test_softmax_of_huge_scores(student, reference, draw):
    """Moving all scores of an example changes nothing: scores around 0, 1000 and -1000 give no warning, and no nan."""
    small = draw(3, 4, low=-1, high=1)
    level = np.array([[0.0], [1000.0], [-1000.0]])
    for Z in (small + 1000.0, small + level, small[:, :3] + level, small * level):
        same(warns_nothing(student.softmax, Z), reference.softmax(Z))
    same(student.softmax(small + level), reference.softmax(small))


@points("softmax", 0.25)
def test_softmax_of_one_class_or_no_examples(agree, draw):
    """A single class gets probability 1; no examples, shape (0, K), give shape (0, K)."""
    agree.softmax(draw(3, 1))
    agree.softmax(draw(1))
    agree.softmax(np.zeros((0, 3)))


@points("softmax", 0.25)
def test_softmax_of_integers(agree, rng):
    """Whole numbers in give floats out (float64)."""
    agree.softmax(rng.permutation(np.arange(-2, 2)))
    agree.softmax(rng.permutation(np.arange(-3, 3)).reshape(2, 3))


@points("softmax", 0.25)
def test_softmax_of_float32(agree, draw):
    """Numbers of type float32 in give float32 out."""
    for examples, classes in ((2, 3), (4, 2)):
        agree.softmax(scores(draw, examples, classes).astype(np.float32))


@points("softmax", 0.25)
def test_softmax_leaves_its_input_alone(student, reference, draw):
    """Scores, transposed ones and views such as Z[::2] too, are the same after the call, and the answer is new."""
    for Z in (scores(draw, 3, 4), scores(draw, 3, 2).T, scores(draw, 6, 4)[::2], np.asfortranarray(scores(draw, 2, 5))):
        same(leaves_inputs_alone(student.softmax, Z), reference.softmax(Z))
    changes_nothing(student.softmax, np.array([[-1000.0, 0.5, 1000.0], [1.0, 2.0, 500.0]]))


# --- activation_grad: 3 points --------------------------------------------------------------------------------------


@points("activation_grad", 0.5)
def test_activation_grad_of_the_sigmoid(agree, draw, rng):
    """The slope of the sigmoid, at z itself, is a quarter in the middle and falls to both sides."""
    agree.activation_grad(np.array([0.0]), "sigmoid")
    for size in (1, 2, 6):
        agree.activation_grad(both_signs(draw, rng, size), "sigmoid")


@points("activation_grad", 0.5)
def test_activation_grad_of_tanh(agree, draw, rng):
    """The slope of tanh, at z itself, is 1 in the middle and falls to both sides."""
    agree.activation_grad(np.array([0.0]), "tanh")
    for size in (1, 2, 6):
        agree.activation_grad(both_signs(draw, rng, size), "tanh")


@points("activation_grad", 0.5)
def test_activation_grad_of_the_relu(agree, draw, rng):
    """The slope of the ReLU is 0 for negative z, 1 for positive z, and 0 at exactly zero."""
    for size in (1, 2, 6):
        agree.activation_grad(both_signs(draw, rng, size), "relu")
    agree.activation_grad(np.array([-1.5, -0.0, 0.0, 0.5, 1.5]), "relu")


@points("activation_grad", 0.25)
def test_activation_grad_of_the_identity(agree, draw, rng):
    """The slope of the identity is 1 everywhere."""
    agree.activation_grad(np.array([0.0]), "identity")
    for size in (1, 3):
        agree.activation_grad(both_signs(draw, rng, size), "identity")


@points("activation_grad", 0.25)
def test_activation_grad_far_from_zero(student, reference):
    """For z = 1000 and z = -1000 there is a slope, and no floating-point warning."""
    for name in NAMES:
        for z in (np.array([1000.0]), np.array([-1000.0]), np.array([-750.0, -30.0, 30.0, 750.0])):
            same(warns_nothing(student.activation_grad, z, name), reference.activation_grad(z, name))


@points("activation_grad", 0.25)
def test_activation_grad_refuses_other_names(student, draw):
    """Every name but the four raises ValueError."""
    student.activation_grad(draw(3), "relu")
    for name in ("softplus", "Sigmoid", ""):
        must_raise(ValueError, student.activation_grad, draw(3), name)


@points("activation_grad", 0.25)
def test_activation_grad_keeps_the_shape(agree, draw):
    """The answer has the shape of z, be it a single number, a view, an array with three axes, or an empty one."""
    for name in NAMES:
        for z in (*single_numbers(draw), *odd_shapes(draw)):
            agree.activation_grad(z, name)


@points("activation_grad", 0.25)
def test_activation_grad_of_integers_and_float32(agree, draw, rng):
    """Whole numbers in give float64 out, and float32 in gives float32 out."""
    for name in NAMES:
        for z in whole_numbers(rng):
            agree.activation_grad(z, name)
        agree.activation_grad(both_signs(draw, rng, 3).astype(np.float32), name)


@points("activation_grad", 0.25)
def test_activation_grad_leaves_its_input_alone(student, reference, draw, rng):
    """The array z is the same after the call as before, and the answer is a new array."""
    for name in NAMES:
        z = both_signs(draw, rng, 3)
        same(leaves_inputs_alone(student.activation_grad, z, name), reference.activation_grad(z, name))
        changes_nothing(student.activation_grad, np.array([-1000.0, 0.5, 1000.0]), name)


# --- saturated_fraction: 2 points. Asleep and awake are far apart here: no slope comes near tol ----------------------


def asleep(rng, draw, left, right, awake):
    """Entries far out on both sides, and some near zero, shuffled: sigmoid and tanh are flat there, and steep here."""
    far = [-draw(left, low=6.5, high=9.0), draw(right, low=6.5, high=9.0)]
    return rng.permutation(np.concatenate([*far, both_signs(draw, rng, awake) / 4]))


@points("saturated_fraction", 0.5)
def test_saturated_fraction_of_curves(agree, draw, rng):
    """For sigmoid and tanh, entries far out on both sides are saturated; the answer is their share."""
    for name in ("sigmoid", "tanh"):
        for left, right, awake in ((1, 0, 1), (0, 1, 1), (1, 3, 2), (4, 1, 3)):
            agree.saturated_fraction(asleep(rng, draw, left, right, awake), name, 0.01)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_of_the_relu(agree, draw, rng):
    """For the ReLU, negative entries are saturated; positive ones, however large, only if tol is above the slope 1."""
    for below, above in ((1, 2), (3, 1), (2, 6)):
        z = np.concatenate([-draw(below, low=0.3), draw(above, low=2.0, high=50.0)])
        agree.saturated_fraction(rng.permutation(z), "relu", 0.01)
        agree.saturated_fraction(rng.permutation(z), "relu", 1.5)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_of_the_identity(agree, draw, rng):
    """The identity is steep everywhere: nothing is saturated, unless tol asks for more than the slope 1."""
    z = asleep(rng, draw, 2, 1, 2)
    agree.saturated_fraction(z, "identity", 0.01)
    agree.saturated_fraction(z, "identity", 1.5)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_with_another_tol(agree, rng):
    """How flat is flat is what tol says."""
    z = rng.permutation(np.array([-5.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5]))
    for name in ("sigmoid", "tanh"):
        for tol in (0.002, 0.01, 0.1, 0.2):
            agree.saturated_fraction(z, name, tol)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_of_any_shape(agree, draw, rng):
    """All entries count alike, whatever the shape of z: several axes, transposed, or a view."""
    z = asleep(rng, draw, 3, 2, 2)  # nine entries
    for shaped in (z[:6].reshape(2, 3), z[:6].reshape(3, 2).T, z[::2], z[:8].reshape(2, 2, 2), z[:1]):
        for name in ("tanh", "relu"):
            agree.saturated_fraction(shaped, name, 0.01)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_refuses(student, draw):
    """A z without entries raises ValueError, and so does every name but the four."""
    student.saturated_fraction(draw(3), "tanh", 0.01)
    for z in (np.zeros(0), np.zeros((0, 3))):
        for name in ("sigmoid", "identity"):
            must_raise(ValueError, student.saturated_fraction, z, name, 0.01)
    for name in ("softplus", "Tanh"):
        must_raise(ValueError, student.saturated_fraction, draw(3), name, 0.01)


@points("saturated_fraction", 0.25)
def test_saturated_fraction_leaves_its_input_alone(student, reference, draw, rng):
    """The array z, of floats or of whole numbers, is the same after the call as before."""
    for z in (asleep(rng, draw, 2, 1, 2), rng.permutation(np.array([-9, -8, -1, 1, 2, 7, 9]))):
        for name in NAMES:
            got = leaves_inputs_alone(student.saturated_fraction, z, name, 0.01)
            same(got, reference.saturated_fraction(z, name, 0.01))
