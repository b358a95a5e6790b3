"""Hidden tests of the training. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from autograder.testing import Spy, as_floats, changes_nothing, fail, leaves_inputs_alone, points, same, warns_nothing

SIZES = ((1, 1), (1, 3), (4, 1), (2, 3), (5, 2), (7, 4))


def floats_of_shape(value, shape):
    """The value as an array of floats, if it holds numbers in that shape; else the end of the test."""
    array = as_floats(value)
    if array is None:
        fail("An array of numbers was expected.", got=value)
    if array.shape != shape:
        fail(f"The answer should have shape {shape}, not {array.shape}.", got=value)
    return array


def parts_of(value, count):
    """The value as a list of its parts, if there are that many; else the end of the test."""
    if not isinstance(value, tuple | list) or len(value) != count:
        fail(f"The function should return {count} things.", got=value)
    return list(value)


def measured(f, theta):
    """The slopes of f along every entry of theta, by central differences."""
    slopes = np.zeros_like(theta)
    for place in np.ndindex(theta.shape):
        there, back = theta.copy(), theta.copy()
        there[place], back[place] = theta[place] + 1e-5, theta[place] - 1e-5
        slopes[place] = (f(there) - f(back)) / (there[place] - back[place])
    return slopes


def looks_like(got, slopes, name):
    """The answer is as close to the measured slopes as they can be trusted."""
    got = floats_of_shape(got, slopes.shape)
    with np.errstate(all="ignore"):
        near = np.abs(got - slopes) <= 1e-6 + 1e-5 * np.abs(slopes)
    if not near.all():
        fail(f"{name} is not the slope of the loss: a small change of each entry says something else.",
             got=got, want=slopes)  # fmt: skip


def labels(rng, examples):
    """Labels 0 and 1, both of them if there is more than one example."""
    drawn = rng.integers(0, 2, examples)
    drawn[: min(2, examples)] = [1, 0][: min(2, examples)]
    return rng.permutation(drawn)


def log_loss(X, y, w, b):
    """The mean binary cross-entropy of a logistic neuron."""
    signs = 2.0 * y - 1.0
    return np.logaddexp(0.0, -signs * (np.sum(X * w, axis=1) + b)).mean()


# --- numerical_grad: 3 points ---------------------------------------------------------------------------------------


def cubic(theta):
    """np.sum(theta**3).

    Central differences miss its slope by h², forward differences by much more.
    """
    return float(np.sum(theta**3))


def tangled(theta):
    """With t = np.ravel(theta), np.sum(t * np.roll(t, 1)**2) + np.sum(np.arange(1, t.size + 1) * t).

    Every entry meets the entry before it, so that an entry that is out of place shows in the slope of another.
    """
    line = np.ravel(theta)
    return float(np.sum(line * np.roll(line, 1) ** 2) + np.sum(np.arange(1, line.size + 1) * line))


def log_sum_exp(theta):
    """np.log(np.sum(np.exp(theta)))."""
    return float(np.log(np.sum(np.exp(theta))))


def sum_of_sizes(theta):
    """np.sum(np.abs(theta)), which has a kink at 0."""
    return float(np.sum(np.abs(theta)))


@points("numerical_grad", 0.5)
def test_numerical_grad_of_a_cubic(agree, draw):
    """The difference is taken from h to the left of theta to h to the right of it, and divided by the distance 2h."""
    for size, h in ((1, 0.5), (1, 1.0), (3, 0.25), (4, 2.0)):
        agree.numerical_grad(Spy(cubic), draw(size), h=h)


@points("numerical_grad", 0.5)
def test_numerical_grad_moves_one_entry_at_a_time(agree, draw):
    """While one entry moves, all the others are at their places."""
    for size, h in ((2, 0.5), (3, 0.5), (5, 0.25)):
        agree.numerical_grad(Spy(tangled), draw(size), h=h)


@points("numerical_grad", 0.5)
def test_numerical_grad_of_smooth_functions(agree, draw):
    """With the default h, the answer is the slope to many digits."""
    for size in (1, 2, 4):
        agree.numerical_grad(Spy(cubic), draw(size))
        agree.numerical_grad(Spy(tangled), draw(size))
        agree.numerical_grad(Spy(log_sum_exp), draw(size))


@points("numerical_grad", 0.5)
def test_numerical_grad_of_integers(agree, draw):
    """Whole numbers can be moved by a small h too."""
    for size in (1, 3):
        agree.numerical_grad(Spy(cubic), draw.integers(size), h=0.5)
        agree.numerical_grad(Spy(cubic), draw.integers(size))


@points("numerical_grad", 0.5)
def test_numerical_grad_moves_by_h(agree, rng):
    """Unless told otherwise, an entry is moved by 1e-5: a kink that is nearer than that shows in the answer."""
    for size in (1, 3):
        near = rng.uniform(2e-6, 8e-6, size) * rng.choice([-1.0, 1.0], size)
        agree.numerical_grad(Spy(sum_of_sizes), near)
        agree.numerical_grad(Spy(sum_of_sizes), 1e5 * near, h=1.0)


@points("numerical_grad", 0.25)
def test_numerical_grad_keeps_the_shape(agree, draw):
    """The answer has the shape of theta, be it a matrix, a view or a column."""
    for theta in (draw(2, 3), draw(3, 1), draw.strided(3), draw.fortran(3, 2), draw(2, 1, 2)):
        agree.numerical_grad(Spy(tangled), theta, h=0.5)


@points("numerical_grad", 0.25)
def test_numerical_grad_restores_theta(student, reference, draw):
    """theta is the same after the call as before, to the last digit, and the answer is a new array."""
    for theta in (draw(3, decimals=3), draw(2, 2, decimals=3)):
        same(leaves_inputs_alone(student.numerical_grad, Spy(cubic), theta), reference.numerical_grad(cubic, theta))


# --- linear_mse_grad: 3 points --------------------------------------------------------------------------------------


def measurements(draw, examples, features):
    """X, y, w and b, with errors that are never near zero."""
    X, w, b = draw(examples, features), draw(features), draw(low=0.5)
    return X, X @ w + b - draw(examples, low=1.0, high=4.0), w, b


@points("linear_mse_grad", 0.5)
def test_linear_mse_grad_of_one_example(agree, draw):
    """For one example, the slopes are twice its error times each feature, and twice its error."""
    for features in (1, 2, 4):
        agree.linear_mse_grad(*measurements(draw, 1, features))


@points("linear_mse_grad", 0.75)
def test_linear_mse_grad_of_many_examples(agree, draw):
    """The slopes are right for any number of examples and features."""
    for examples, features in ((2, 1), (2, 3), (5, 2), (8, 3)):
        agree.linear_mse_grad(*measurements(draw, examples, features))


@points("linear_mse_grad", 0.25)
def test_linear_mse_grad_of_as_many_examples_as_features(agree, draw):
    """With as many examples as features, the axes are still not mixed up."""
    for size in (2, 4):
        agree.linear_mse_grad(*measurements(draw, size, size))


@points("linear_mse_grad", 0.5)
def test_linear_mse_grad_is_the_slope_of_the_loss(student, draw):
    """A small change of each weight, and of the bias, changes the loss as the slopes say."""
    for examples, features in ((3, 1), (4, 3), (3, 5)):
        X, y, w, b = measurements(draw, examples, features)
        dw, db = parts_of(student.linear_mse_grad(X, y, w, b), 2)
        error = X @ w + b - y
        looks_like(dw, measured(lambda t: np.mean((error + X @ (t - w)) ** 2), w), "dw")  # noqa: B023
        looks_like(db, measured(lambda t: np.mean((error + t - b) ** 2), np.array(b)), "db")  # noqa: B023


@points("linear_mse_grad", 0.25)
def test_linear_mse_grad_is_zero_at_the_best_line(student, draw):
    """At the weights and the bias that fit best, all slopes are zero."""
    for examples, features in ((5, 1), (7, 2), (9, 3)):
        X, y = draw(examples, features), draw(examples, low=2.0, high=9.0)
        best = np.linalg.lstsq(np.column_stack([X, np.ones(examples)]), y, rcond=None)[0]
        dw, db = parts_of(student.linear_mse_grad(X, y, best[:-1], float(best[-1])), 2)
        looks_like(dw, np.zeros(features), "dw")
        looks_like(db, np.array(0.0), "db")


@points("linear_mse_grad", 0.25)
def test_linear_mse_grad_of_the_same_data_twice(student, reference, draw):
    """The loss is a mean: when every example is there twice, the slopes stay as they are."""
    for examples, features in ((1, 2), (3, 2)):
        X, y, w, b = measurements(draw, examples, features)
        want = reference.linear_mse_grad(X, y, w, b)
        same(student.linear_mse_grad(np.vstack([X, X]), np.append(y, y), w, b), want)


@points("linear_mse_grad", 0.25)
def test_linear_mse_grad_of_views(agree, draw):
    """Arrays such as X[::2], which are not contiguous in memory, give the same slopes."""
    agree.linear_mse_grad(draw.strided(4, 3), draw.strided(4), draw.strided(3), draw())
    agree.linear_mse_grad(draw.fortran(3, 4), draw(3), draw(4), draw())
    agree.linear_mse_grad(draw(2, 3).T, draw(3), draw(2), draw())


@points("linear_mse_grad", 0.25)
def test_linear_mse_grad_leaves_its_inputs_alone(student, reference, draw):
    """All inputs are the same after the call as before, and dw is a new array."""
    for examples, features in ((1, 1), (4, 3)):
        given = measurements(draw, examples, features)
        same(leaves_inputs_alone(student.linear_mse_grad, *given), reference.linear_mse_grad(*given))


# --- logistic_grad: 3 points ----------------------------------------------------------------------------------------


def patients(draw, rng, examples, features):
    """X, y, w and b of a neuron that is sometimes right and never quite sure."""
    w = draw(features, low=0.2, high=0.6) * rng.choice([-1.0, 1.0], features)
    return draw(examples, features, low=0.3, high=2.5), labels(rng, examples), w, draw(low=0.5, high=1.5)


@points("logistic_grad", 0.5)
def test_logistic_grad_of_zeros(agree, draw, rng):
    """With all weights and the bias zero, every probability is one half."""
    for examples, features in ((1, 1), (2, 3), (6, 2)):
        X, y, _, _ = patients(draw, rng, examples, features)
        agree.logistic_grad(X, y, np.zeros(features), 0.0)


@points("logistic_grad", 0.75)
def test_logistic_grad_of_many_examples(agree, draw, rng):
    """The slopes are right for any number of examples and features."""
    for examples, features in ((1, 1), (1, 3), (2, 3), (5, 2), (9, 4)):
        agree.logistic_grad(*patients(draw, rng, examples, features))


@points("logistic_grad", 0.25)
def test_logistic_grad_of_as_many_examples_as_features(agree, draw, rng):
    """With as many examples as features, the axes are still not mixed up."""
    for size in (2, 4):
        agree.logistic_grad(*patients(draw, rng, size, size))


@points("logistic_grad", 0.5)
def test_logistic_grad_is_the_slope_of_the_loss(student, draw, rng):
    """A small change of each weight, and of the bias, changes the loss as the slopes say."""
    for examples, features in ((3, 1), (4, 3), (3, 5)):
        X, y, w, b = patients(draw, rng, examples, features)
        dw, db = parts_of(student.logistic_grad(X, y, w, b), 2)
        looks_like(dw, measured(lambda t: log_loss(X, y, t, b), w), "dw")  # noqa: B023
        looks_like(db, measured(lambda t: log_loss(X, y, w, t), np.array(b)), "db")  # noqa: B023


@points("logistic_grad", 0.5)
def test_logistic_grad_of_large_scores(student, reference, draw, rng):
    """Pre-activations of 1000 and -1000 give the right slopes, without a floating-point warning."""
    for z in ([-1000.0], [1000.0], [1000.0, -1000.0, 5.0, -5.0], [-1000.0, 0.0, 700.0, -750.0]):
        X = np.column_stack([z, rng.choice([-1.0, 1.0], len(z))])
        given = (X, labels(rng, len(z)), np.array([1.0, draw(low=0.5, high=1.0)]), draw(low=0.5, high=1.0))
        same(warns_nothing(student.logistic_grad, *given), reference.logistic_grad(*given))


@points("logistic_grad", 0.25)
def test_logistic_grad_of_views(agree, draw, rng):
    """Arrays such as X[::2], which are not contiguous in memory, give the same slopes."""
    agree.logistic_grad(draw.strided(4, 3), labels(rng, 8)[::2], draw.strided(3), draw())
    agree.logistic_grad(draw.fortran(3, 4), labels(rng, 3), draw(4), draw())
    agree.logistic_grad(draw(2, 3).T, labels(rng, 3), draw(2), draw())


@points("logistic_grad", 0.25)
def test_logistic_grad_leaves_its_inputs_alone(student, reference, draw, rng):
    """All inputs are the same after the call as before, and dw is a new array."""
    for examples, features in ((1, 1), (4, 3)):
        given = patients(draw, rng, examples, features)
        same(leaves_inputs_alone(student.logistic_grad, *given), reference.logistic_grad(*given))
        changes_nothing(student.logistic_grad, 1000 * given[0], *given[1:])


# --- dense_backward: 4 points ---------------------------------------------------------------------------------------


def layer(draw, examples, inputs, outputs):
    """dZ, X and W of one layer."""
    return draw(examples, outputs), draw(examples, inputs), draw(inputs, outputs)


@points("dense_backward", 0.75)
def test_dense_backward_of_many_sizes(agree, draw):
    """All three slopes are right for any number of examples, inputs and outputs."""
    for sizes in ((2, 1, 1), (2, 1, 3), (3, 2, 1), (2, 3, 4), (4, 3, 2), (5, 2, 7)):
        agree.dense_backward(*layer(draw, *sizes))


@points("dense_backward", 0.5)
def test_dense_backward_of_one_example(agree, draw):
    """With a single example, dX is one row, and db is still flat."""
    for inputs, outputs in ((1, 1), (1, 4), (3, 1), (3, 2)):
        agree.dense_backward(*layer(draw, 1, inputs, outputs))


@points("dense_backward", 0.5)
def test_dense_backward_of_square_matrices(agree, draw):
    """With as many examples as inputs and outputs, the axes are still not mixed up."""
    for size in (2, 3):
        agree.dense_backward(*layer(draw, size, size, size))


@points("dense_backward", 0.75)
def test_dense_backward_is_the_slope_of_a_loss(student, draw):
    """A small change of each input, weight and bias changes a loss as the slopes say."""
    for sizes in ((1, 2, 1), (2, 2, 3), (3, 4, 2)):
        _, X, W = layer(draw, *sizes)
        b = draw(sizes[2])

        def loss(inputs, weights, biases):
            return np.sum(np.sin(np.einsum("id,dj->ij", inputs, weights) + biases))

        dX, dW, db = parts_of(student.dense_backward(np.cos(np.einsum("id,dj->ij", X, W) + b), X, W), 3)
        looks_like(dX, measured(lambda t: loss(t, W, b), X), "dX")  # noqa: B023
        looks_like(dW, measured(lambda t: loss(X, t, b), W), "dW")  # noqa: B023
        looks_like(db, measured(lambda t: loss(X, W, t), b), "db")  # noqa: B023


@points("dense_backward", 0.5)
def test_dense_backward_of_no_examples(agree, draw):
    """Without any examples, dX has no rows, and the slopes of weights and biases are zero."""
    for inputs, outputs in ((1, 1), (3, 2)):
        agree.dense_backward(np.zeros((0, outputs)), np.zeros((0, inputs)), draw(inputs, outputs))


@points("dense_backward", 0.5)
def test_dense_backward_of_views(agree, draw):
    """Arrays such as X[::2] or W.T, which are not contiguous in memory, give the same slopes."""
    agree.dense_backward(draw.strided(4, 2), draw.strided(4, 3), draw.strided(3, 2))
    agree.dense_backward(draw.fortran(2, 3), draw.fortran(2, 4), draw.fortran(4, 3))
    agree.dense_backward(draw(2, 3).T, draw(4, 3).T, draw(2, 4).T)


@points("dense_backward", 0.5)
def test_dense_backward_leaves_its_inputs_alone(student, reference, draw):
    """dZ, X and W are the same after the call as before, and all three answers are new arrays."""
    for sizes in ((1, 1, 1), (1, 3, 2), (4, 3, 2)):
        given = layer(draw, *sizes)
        same(leaves_inputs_alone(student.dense_backward, *given), reference.dense_backward(*given))


# --- softmax_ce_grad: 3 points --------------------------------------------------------------------------------------


@points("softmax_ce_grad", 0.5)
def test_softmax_ce_grad_of_equal_scores(agree, rng):
    """When all scores of an example are equal, every class has the probability 1/K."""
    for examples, classes in ((1, 2), (2, 3), (5, 4)):
        Z = np.full((examples, classes), float(rng.integers(-3, 4)))
        agree.softmax_ce_grad(Z, rng.integers(0, classes, examples))


@points("softmax_ce_grad", 0.75)
def test_softmax_ce_grad_of_many_sizes(agree, draw, rng):
    """The slopes are right for any number of examples and classes."""
    for examples, classes in ((1, 2), (1, 5), (2, 3), (3, 3), (6, 2), (4, 7)):
        agree.softmax_ce_grad(draw(examples, classes), rng.integers(0, classes, examples))


@points("softmax_ce_grad", 0.25)
def test_softmax_ce_grad_has_rows_that_sum_to_zero(student, draw, rng):
    """In every row the slopes add up to zero, and only the label's slope is negative."""
    for examples, classes in ((1, 2), (3, 4), (5, 3)):
        y = rng.integers(0, classes, examples)
        dZ = floats_of_shape(student.softmax_ce_grad(draw(examples, classes), y), (examples, classes))
        with np.errstate(all="ignore"):
            total = dZ.sum(axis=1)
        if not (np.abs(total) < 1e-9).all():
            fail("The slopes of each row should add up to 0.", got=total, want=np.zeros(examples))
        if not ((dZ < 0) == (np.arange(classes) == y.reshape(-1, 1))).all():
            fail("In each row the slope of the label, and no other, should be negative.", got=dZ)


@points("softmax_ce_grad", 0.5)
def test_softmax_ce_grad_is_the_slope_of_the_loss(student, draw, rng):
    """A small change of each score changes the loss as the slopes say."""
    for examples, classes in ((1, 3), (3, 2), (4, 3)):
        Z, y = draw(examples, classes), rng.integers(0, classes, examples)

        def loss(scores):
            return np.mean(np.log(np.sum(np.exp(scores), axis=1)) - scores[np.arange(len(y)), y])  # noqa: B023

        looks_like(student.softmax_ce_grad(Z, y), measured(loss, Z), "The answer")


@points("softmax_ce_grad", 0.5)
def test_softmax_ce_grad_of_large_scores(student, reference, draw, rng):
    """Scores of 1000 and -1000, and small ones beside them, give the right slopes without a floating-point warning."""
    small, large = draw(1, 3), 1000.0 + draw(1, 3)
    for Z in (large, -large, np.vstack([small, large, -large, 1000.0 * small])):
        y = rng.integers(0, 3, len(Z))
        same(warns_nothing(student.softmax_ce_grad, Z, y), reference.softmax_ce_grad(Z, y))


@points("softmax_ce_grad", 0.25)
def test_softmax_ce_grad_of_views(agree, draw, rng):
    """Arrays such as Z[::2] or Z.T, which are not contiguous in memory, give the same slopes."""
    agree.softmax_ce_grad(draw.strided(4, 3), rng.integers(0, 3, 8)[::2])
    agree.softmax_ce_grad(draw.fortran(2, 4), rng.integers(0, 4, 2))
    agree.softmax_ce_grad(draw(2, 3).T, rng.integers(0, 2, 3))


@points("softmax_ce_grad", 0.25)
def test_softmax_ce_grad_leaves_its_inputs_alone(student, reference, draw, rng):
    """Scores and labels are the same after the call as before, and the answer is a new array."""
    for examples, classes in ((1, 2), (4, 3)):
        Z, y = draw(examples, classes), rng.integers(0, classes, examples)
        same(leaves_inputs_alone(student.softmax_ce_grad, Z, y), reference.softmax_ce_grad(Z, y))
        changes_nothing(student.softmax_ce_grad, 1000 * Z, y)


# --- gd_step: 2 points ----------------------------------------------------------------------------------------------


def network(draw, *sizes):
    """One pair of weights and biases for each layer."""
    return [(draw(before, after), draw(after)) for before, after in pairwise(sizes)]


@points("gd_step", 0.5)
def test_gd_step_of_one_layer(agree, draw):
    """Weights and biases both move, by the learning rate times their slope, against it."""
    for sizes, lr in (((1, 1), 0.5), ((2, 3), 0.25), ((4, 2), 2.0)):
        agree.gd_step(network(draw, *sizes), network(draw, *sizes), lr)


@points("gd_step", 0.5)
def test_gd_step_of_many_layers(agree, draw):
    """Every layer of a deeper network takes its step."""
    for sizes, lr in (((1, 1, 1), 0.5), ((3, 2, 4), 0.1), ((2, 2, 2, 2), 0.30371), ((5, 1, 3, 2, 4), 1.5)):
        agree.gd_step(network(draw, *sizes), network(draw, *sizes), lr)


@points("gd_step", 0.25)
def test_gd_step_of_no_size(agree, draw):
    """With a learning rate of 0, the new parameters are equal to the old ones."""
    for sizes in ((2, 3), (3, 2, 4)):
        agree.gd_step(network(draw, *sizes), network(draw, *sizes), 0.0)


@points("gd_step", 0.25)
def test_gd_step_goes_downhill(student, draw):
    """In a round bowl, where the slope is the way from the bottom, half the slope leaves half of the way."""
    for sizes in ((1, 1), (2, 3, 1)):
        start, bottom = network(draw, *sizes), network(draw, *sizes)
        slopes = [(W - Wz, b - bz) for (W, b), (Wz, bz) in zip(start, bottom, strict=True)]
        halfway = [((W + Wz) / 2, (b + bz) / 2) for (W, b), (Wz, bz) in zip(start, bottom, strict=True)]
        same(student.gd_step(start, slopes, 0.5), halfway)


@points("gd_step", 0.5)
def test_gd_step_leaves_the_old_parameters_alone(student, reference, draw):
    """Old parameters and slopes are the same after the call as before, and the new parameters are new arrays."""
    for sizes, lr in (((2, 3), 0.5), ((3, 2, 4), 0.25), ((2, 2, 1), 0.0)):
        given = (network(draw, *sizes), network(draw, *sizes), lr)
        same(leaves_inputs_alone(student.gd_step, *given), reference.gd_step(*given))


# --- minibatches: 3 points. A fair shuffle fails these tests less than once in 10^8 runs ------------------------------


def numbered(examples, features=2):
    """Examples that can be told apart: each row begins with its own number, and its label is that number plus 100."""
    X = np.arange(examples)[:, np.newaxis] + np.arange(features) / 8
    return X, 100 + np.arange(examples)


def drawn(student, rng, X, y, batch_size):
    """The batches as a list of pairs of arrays; the end of the test if they are anything else."""
    return batches_of(student.minibatches(X, y, batch_size, np.random.default_rng(rng.integers(2**32))))


def batches_of(value):
    """Whatever iterable of pairs came back, as a list of pairs of arrays."""
    try:
        pairs = [(Xb, yb) for Xb, yb in value]
    except (TypeError, ValueError):
        fail("The batches should be pairs (Xb, yb).")
    for Xb, yb in pairs:
        if not isinstance(Xb, np.ndarray) or not isinstance(yb, np.ndarray):
            fail("Each batch should be a pair of two arrays.", got=(Xb, yb))
        if Xb.ndim != 2 or yb.shape != Xb.shape[:1]:
            fail(f"Xb has shape {Xb.shape} and yb has shape {yb.shape}: one row and one label for each example.")
    if not sum(len(Xb) for Xb, _ in pairs):
        fail("There are no examples in the batches.")
    return pairs


def numbers_of(Xb):
    """Which examples a batch holds."""
    return Xb[:, 0].astype(int) if Xb.shape[1] else np.zeros(0, dtype=int)


@points("minibatches", 0.5)
def test_minibatches_hold_every_example_once(student, rng):
    """Together the batches hold the whole data set, each example exactly once."""
    for examples, batch_size in ((1, 1), (5, 2), (12, 4), (13, 5), (40, 7)):
        X, y = numbered(examples)
        batches = drawn(student, rng, X, y, batch_size)
        held, wanted = np.sort(np.concatenate([numbers_of(Xb) for Xb, _ in batches])), np.arange(examples)
        if not np.array_equal(held, wanted):
            fail(f"Of {examples} examples in batches of {batch_size}, these are dealt out.", got=held, want=wanted)
        given = np.sort(np.concatenate([yb for _, yb in batches]))
        if not np.array_equal(given, y):
            fail(f"Of {examples} labels in batches of {batch_size}, these are dealt out.", got=given, want=y)


@points("minibatches", 0.5)
def test_minibatches_keep_the_pairs(student, rng):
    """Every label still sits next to its own example, of which nothing is lost."""
    for examples, batch_size, features in ((5, 5, 1), (12, 5, 3), (30, 4, 2)):
        X, y = numbered(examples, features)
        for Xb, yb in drawn(student, rng, X, y, batch_size):
            if Xb.shape[1] != features:
                fail(f"Xb should have {features} columns, not {Xb.shape[1]}.", got=Xb)
            if not np.array_equal(Xb[:, 0] + 100, yb):
                fail("A batch has other labels than those that belong to its examples.", got=yb, want=Xb[:, 0] + 100)
            if not np.array_equal(Xb, X[numbers_of(Xb) % examples]):
                fail("These rows are not rows of X.", got=Xb)


@points("minibatches", 0.5)
def test_minibatches_have_the_size_asked_for(student, rng):
    """Every batch has batch_size examples; only the last one is smaller, when the division leaves a rest."""
    for examples, batch_size, want in ((3, 1, [1, 1, 1]), (6, 3, [3, 3]), (7, 3, [3, 3, 1]), (11, 4, [4, 4, 3])):
        got = [len(Xb) for Xb, _ in drawn(student, rng, *numbered(examples), batch_size)]
        if got != want:
            fail(f"{examples} examples in batches of {batch_size} should give other batch sizes.", got=got, want=want)


@points("minibatches", 0.25)
def test_minibatches_larger_than_the_data(student, rng):
    """When all examples fit into one batch, there is one batch, with all of them."""
    for examples, batch_size in ((1, 2), (4, 4), (4, 5), (6, 100)):
        got = [len(Xb) for Xb, _ in drawn(student, rng, *numbered(examples), batch_size)]
        if got != [examples]:
            fail(f"{examples} examples in batches of {batch_size} should give one batch.", got=got, want=[examples])


@points("minibatches", 0.5)
def test_minibatches_are_well_shuffled(student, rng):
    """Each batch is a mixture of examples from the whole data set, in a mixed order."""
    for Xb, _ in drawn(student, rng, *numbered(200), 50):
        numbers = numbers_of(Xb)
        if len(numbers) != 50:
            fail(f"Of 200 examples, a batch of 50 holds {len(numbers)}.", got=numbers)
        if np.ptp(numbers) < 80:
            fail("Of 200 examples, one batch of 50 comes from one part of the data set only.", got=numbers)
        if (np.diff(numbers) > 0).all():
            fail("Within a batch, the examples stand in the order of the data set.", got=numbers)


@points("minibatches", 0.25)
def test_minibatches_are_drawn_with_the_rng(student, rng):
    """The same state of rng gives the same batches; another state gives other batches."""
    X, y = numbered(40)
    one, two = rng.choice(2**32, 2, replace=False)
    first, again, other = (
        [numbers_of(Xb) for Xb, _ in batches_of(student.minibatches(X, y, 16, np.random.default_rng(seed)))]
        for seed in (one, one, two)
    )
    same(again, first)
    if len(other) == len(first) and all(np.array_equal(a, b) for a, b in zip(first, other, strict=True)):
        fail("With another rng, the batches are the same as before.", got=other)


@points("minibatches", 0.25)
def test_minibatches_keep_the_types(student, rng):
    """Whole numbers stay whole, and float32 stays float32."""
    X, y = numbered(5)
    for examples, answers in ((X.astype(np.float32), y), (X.astype(np.int64), y.astype(float)), (X[::2], y[::2])):
        for Xb, yb in drawn(student, rng, examples, answers, 2):
            if (Xb.dtype, yb.dtype) != (examples.dtype, answers.dtype):
                want = f"{examples.dtype} and {answers.dtype}"
                fail(f"X and y have the dtypes {want}, and a batch has {Xb.dtype} and {yb.dtype}.", got=(Xb, yb))


@points("minibatches", 0.25)
def test_minibatches_leave_the_data_set_alone(student, rng):
    """X and y are in the same order after the call as before."""
    for examples, batch_size in ((30, 7), (25, 30)):
        X, y = numbered(examples)
        before = X.copy(), y.copy()
        changes_nothing(student.minibatches, 1000.5 * X, y, batch_size, np.random.default_rng(0))
        _, seen = student.minibatches.observe(X, y, batch_size, np.random.default_rng(rng.integers(2**32)))
        batches_of(seen.value)
        if 0 in seen.changed or 1 in seen.changed or not all(map(np.array_equal, (X, y), before)):
            fail("The call changed the data set that it was given.")


# --- fit_neuron: 4 points -------------------------------------------------------------------------------------------


def clinic(draw, rng, examples, features):
    """X and y for a fit, with both labels, and features of different sizes."""
    return draw(examples, features, low=-1.5, high=2.5), labels(rng, examples)


@points("fit_neuron", 0.75)
def test_fit_neuron_takes_one_step(agree, draw, rng):
    """After one step from zeros, weights and bias have moved against the slope."""
    for examples, features in ((1, 1), (3, 2), (5, 4), (3, 3)):
        agree.fit_neuron(*clinic(draw, rng, examples, features), draw(low=0.2, high=0.9), 1)


@points("fit_neuron", 0.75)
def test_fit_neuron_takes_many_steps(agree, draw, rng):
    """After more steps, weights, bias and all losses on the way are right."""
    for examples, features, steps in ((3, 1, 2), (5, 2, 3), (4, 4, 5), (9, 3, 25)):
        agree.fit_neuron(*clinic(draw, rng, examples, features), draw(low=0.2, high=0.6), steps)


@points("fit_neuron", 0.5)
def test_fit_neuron_remembers_one_loss_a_step(student, draw, rng):
    """The history is a list of one number for each step; the first is ln 2, as all probabilities begin at one half."""
    for steps in (1, 4, 10):
        X, y = clinic(draw, rng, 7, 2)
        history = parts_of(student.fit_neuron(X, y, 0.25, steps), 3)[2]
        if not isinstance(history, list | tuple):
            fail("The history should be a list.", got=history)
        if len(history) != steps:
            fail(f"After {steps} steps, the history should hold {steps} losses, not {len(history)}.", got=history)
        for loss in history:
            floats_of_shape(loss, ())
        same(history[0], float(np.log(2.0)))


@points("fit_neuron", 0.5)
def test_fit_neuron_learns(student, draw, rng):
    """With a small learning rate, the loss falls at every step, and the last parameters are better still."""
    for examples, features in ((6, 1), (8, 3)):
        y = labels(rng, examples)
        X = draw(examples, features, low=-0.8, high=0.8) + (2.0 * y[:, np.newaxis] - 1.0)  # so there is much to learn
        w, b, history = parts_of(student.fit_neuron(X, y, 0.1, 20), 3)
        w, b = floats_of_shape(w, (features,)), floats_of_shape(b, ())
        if not isinstance(history, list | tuple):
            fail("The history should be a list.", got=history)
        losses = [*(float(floats_of_shape(loss, ())) for loss in history), float(log_loss(X, y, w, b))]
        if len(losses) < 2 or not (np.diff(losses) < 0).all():
            fail("With a learning rate of 0.1, the loss should fall at every step.", got=losses)
        same(losses[0], float(np.log(2.0)))


@points("fit_neuron", 0.5)
def test_fit_neuron_finds_the_best_parameters(student, rng):
    """With one feature that is 0 or 1, the neuron learns how often each of the two groups has the label 1."""
    ones = rng.permutation([1, 2, 4, 5])[:2]  # of six examples in each group
    x, y = np.repeat([0.0, 1.0], 6), np.concatenate([np.arange(6) < count for count in ones]).astype(int)
    order = rng.permutation(12)
    w, b, _ = parts_of(student.fit_neuron(x[order, np.newaxis], y[order], 4.0, 400), 3)
    with np.errstate(all="ignore"):
        scores = np.append(floats_of_shape(b, ()), floats_of_shape(b, ()) + floats_of_shape(w, (1,)))
        shares = 0.5 + 0.5 * np.tanh(0.5 * scores)
    if not (np.abs(shares - ones / 6) < 1e-4).all():
        fail("For two groups, a trained neuron should answer with their shares of ones.", got=shares, want=ones / 6)


@points("fit_neuron", 0.5)
def test_fit_neuron_takes_no_step(agree, draw, rng):
    """Without any step, weights and bias are still zero, and the history is empty."""
    for examples, features in ((1, 1), (2, 3)):
        agree.fit_neuron(*clinic(draw, rng, examples, features), 0.5, 0)


@points("fit_neuron", 0.25)
def test_fit_neuron_with_a_learning_rate_of_zero(agree, draw, rng):
    """With a learning rate of 0, nothing moves, and every loss is ln 2."""
    for examples, features in ((1, 1), (4, 2)):
        agree.fit_neuron(*clinic(draw, rng, examples, features), 0.0, 3)


@points("fit_neuron", 0.25)
def test_fit_neuron_leaves_its_inputs_alone(student, reference, draw, rng):
    """Examples and labels are the same after the call as before, views such as X[::2] too."""
    X, y = clinic(draw, rng, 8, 3)
    for given in ((X, y), (X[::2], y[::2])):
        same(leaves_inputs_alone(student.fit_neuron, *given, 0.5, 3), reference.fit_neuron(*given, 0.5, 3))
