"""Hidden tests of the losses. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

import numpy as np

from autograder.testing import (
    along,
    as_floats,
    changes_nothing,
    fail,
    leaves_inputs_alone,
    must_raise,
    points,
    same,
    warns_nothing,
)

NO_LABELS = np.zeros(0, dtype=np.int64)


def labels(rng, examples, classes):
    """Labels from 0 to K - 1."""
    return rng.integers(0, classes, examples)


def both_labels(rng, examples):
    """Labels 0 and 1 in random order, both of them present."""
    return rng.permutation(np.arange(examples) % 2)


def probabilities(rng, examples, classes):
    """A row of probabilities for each example, in whole hundredths, none of them 0."""
    shares = [rng.multinomial(100 - classes, rng.dirichlet(np.ones(classes))) for _ in range(examples)]
    return (np.array(shares) + 1) / 100


def chances(draw, examples):
    """Probabilities of the label 1, away from 0 and 1."""
    return draw(examples, low=0.05, high=0.95, decimals=2)


def surprising_labels(rng, P):
    """Labels of which the first is the class that the model finds least likely."""
    y = labels(rng, *P.shape)
    y[0] = P[0].argmin()
    return y


def one_number(answer):
    """The answer as a float, or the end of the test if it is not a single number."""
    array = as_floats(answer)
    if array is None or array.shape != () or isinstance(answer, bool | np.bool_):
        fail("The answer should be a single number.", got=answer)
    return float(array)


# --- sum_squared_error: 2 points ------------------------------------------------------------------------------------


@points("sum_squared_error", 0.25)
def test_sum_squared_error_of_one_example(student, reference, draw):
    """With a single example, the error is its squared difference."""
    y = draw(1)
    along(student.sum_squared_error, reference.sum_squared_error, "f", draw(9), lambda f: (y, np.array([f])))


@points("sum_squared_error", 0.5)
def test_sum_squared_error_of_many_examples(agree, draw):
    """The squared differences of all examples are added up, however many there are."""
    for examples in (2, 3, 5, 8, 13):
        agree.sum_squared_error(draw(examples), draw(examples))
    for _ in range(2):  # numbers of many decimals, so that no rounding goes unnoticed
        agree.sum_squared_error(draw(4, low=-0.5, high=0.5, decimals=6), draw(4, low=-0.5, high=0.5, decimals=6))
    agree.sum_squared_error(np.array([0.0, draw(), draw()]), np.array([draw(), 0.0, draw()]))


@points("sum_squared_error", 0.25)
def test_sum_squared_error_of_integers(agree, draw):
    """Whole numbers are measurements and predictions like any other."""
    for examples in (2, 4, 7):
        agree.sum_squared_error(draw.integers(examples), draw.integers(examples))


@points("sum_squared_error", 0.25)
def test_sum_squared_error_of_views(agree, draw):
    """Arrays such as y[::2], which are not contiguous in memory, give the same sum."""
    for examples in (2, 5):
        agree.sum_squared_error(draw.strided(examples), draw.strided(examples))


@points("sum_squared_error", 0.25)
def test_sum_squared_error_leaves_its_inputs_alone(student, reference, draw):
    """Measurements and predictions are the same after the call as before."""
    y, f = draw(4), draw(4)
    same(leaves_inputs_alone(student.sum_squared_error, y, f), reference.sum_squared_error(y, f))


@points("sum_squared_error", 0.25)
def test_sum_squared_error_refuses_different_shapes(student, draw):
    """Two arrays of different shapes raise ValueError, also when NumPy would be willing to subtract them."""
    student.sum_squared_error(draw(3), draw(3))
    for of_y, of_f in (((3,), (4,)), ((3,), (1,)), ((1,), (3,)), ((3,), (3, 1)), ((3, 1), (3,))):
        must_raise(ValueError, student.sum_squared_error, draw(*of_y), draw(*of_f))


@points("sum_squared_error", 0.25)
def test_sum_squared_error_refuses_no_examples(student):
    """Without any examples there is no error to speak of: that raises ValueError."""
    student.sum_squared_error(np.ones(2), np.zeros(2))
    must_raise(ValueError, student.sum_squared_error, np.zeros(0), np.zeros(0))


# --- mean_squared_error: 2 points -----------------------------------------------------------------------------------


@points("mean_squared_error", 0.25)
def test_mean_squared_error_of_one_example(student, reference, draw):
    """With a single example, the mean is its squared difference, all of it."""
    y = draw(1)
    along(student.mean_squared_error, reference.mean_squared_error, "f", draw(9), lambda f: (y, np.array([f])))


@points("mean_squared_error", 0.5)
def test_mean_squared_error_of_many_examples(agree, draw):
    """The squared differences are averaged over all examples, however many there are."""
    for examples in (2, 3, 5, 8, 13):
        agree.mean_squared_error(draw(examples), draw(examples))
    for _ in range(2):  # numbers of many decimals, so that no rounding goes unnoticed
        agree.mean_squared_error(draw(4, low=-0.5, high=0.5, decimals=6), draw(4, low=-0.5, high=0.5, decimals=6))
    agree.mean_squared_error(np.array([0.0, draw(), draw()]), np.array([draw(), 0.0, draw()]))


@points("mean_squared_error", 0.25)
def test_mean_squared_error_of_everything_twice(agree, draw):
    """Data in which every example occurs twice have the same mean as before."""
    for examples in (1, 3, 6):
        y, f = draw(examples), draw(examples)
        agree.mean_squared_error(y, f)
        agree.mean_squared_error(np.tile(y, 2), np.tile(f, 2))


@points("mean_squared_error", 0.25)
def test_mean_squared_error_of_integers(agree, draw):
    """Whole numbers in give a float with its decimals out."""
    for examples in (2, 3, 7):
        agree.mean_squared_error(draw.integers(examples), draw.integers(examples))


@points("mean_squared_error", 0.25)
def test_mean_squared_error_of_views(agree, draw):
    """Arrays such as y[::2], which are not contiguous in memory, give the same mean."""
    for examples in (2, 5):
        agree.mean_squared_error(draw.strided(examples), draw.strided(examples))


@points("mean_squared_error", 0.25)
def test_mean_squared_error_leaves_its_inputs_alone(student, reference, draw):
    """Measurements and predictions are the same after the call as before."""
    y, f = draw(4), draw(4)
    same(leaves_inputs_alone(student.mean_squared_error, y, f), reference.mean_squared_error(y, f))


@points("mean_squared_error", 0.25)
def test_mean_squared_error_refuses_no_examples(student):
    """There is no mean of nothing: without any examples, ValueError is raised."""
    student.mean_squared_error(np.ones(2), np.zeros(2))
    must_raise(ValueError, student.mean_squared_error, np.zeros(0), np.zeros(0))


# --- best_constant: 2 points ----------------------------------------------------------------------------------------


@points("best_constant", 0.25)
def test_best_constant_of_one_example(agree, draw):
    """For a single example, the best constant is that example."""
    for _ in range(3):
        agree.best_constant(draw(1))


@points("best_constant", 0.5)
def test_best_constant_of_many_examples(agree, draw):
    """The constant is the one with the smallest sum of squared errors, one far-off value included."""
    for examples in (3, 4, 7, 10):
        y = draw(examples)
        agree.best_constant(y)
        y[-1] = 40.0
        agree.best_constant(y)


@points("best_constant", 0.25)
def test_best_constant_is_better_than_its_neighbours(student, draw):
    """A constant that is a little larger or a little smaller has a larger sum of squared errors."""
    for examples in (3, 6):
        y = np.append(draw(examples), 20.0)
        c = one_number(student.best_constant(y))
        for other in (c + 0.1, c - 0.1):
            here, there = np.sum((y - c) ** 2), np.sum((y - other) ** 2)
            if not here < there:
                fail(f"The constant {other:.6g} has a smaller sum of squared errors than your {c:.6g}.", got=c)


@points("best_constant", 0.25)
def test_best_constant_of_integers(agree, draw):
    """Whole numbers in give a float with its decimals out."""
    for examples in (2, 3, 6):
        y = draw.integers(examples)
        y[0] = 17
        agree.best_constant(y)


@points("best_constant", 0.25)
def test_best_constant_of_views(agree, draw):
    """Arrays such as y[::2], which are not contiguous in memory, give the same constant."""
    for examples in (3, 6):
        agree.best_constant(draw.strided(examples))


@points("best_constant", 0.25)
def test_best_constant_leaves_its_input_alone(student, reference, draw):
    """The measurements are the same after the call as before: neither changed nor put into order."""
    y = np.append(draw(5), -9.5)
    same(leaves_inputs_alone(student.best_constant, y), reference.best_constant(y))


@points("best_constant", 0.25)
def test_best_constant_refuses_no_examples(student):
    """Without any examples every constant is as good as any other: that raises ValueError."""
    student.best_constant(np.ones(2))
    must_raise(ValueError, student.best_constant, np.zeros(0))


# --- loss_grid: 3 points --------------------------------------------------------------------------------------------


@points("loss_grid", 0.75)
def test_loss_grid_of_many_lines(agree, draw):
    """Entry [a, b] is the mean squared error of the line with offset phi0[a] and slope phi1[b]."""
    for examples, offsets, slopes in ((2, 1, 3), (3, 2, 4), (5, 4, 2), (4, 7, 3)):
        agree.loss_grid(draw(examples), draw(examples), draw(offsets), draw(slopes))


@points("loss_grid", 0.5)
def test_loss_grid_of_a_square(agree, draw):
    """Offsets go down the rows and slopes along the columns, also when there are as many of each, and of examples."""
    for examples, size in ((3, 2), (2, 4), (3, 3)):
        agree.loss_grid(draw(examples), draw(examples), draw(size), draw(size))


@points("loss_grid", 0.25)
def test_loss_grid_of_one_line(agree, draw):
    """A single offset and a single slope give an array of shape (1, 1)."""
    for examples in (2, 5):
        agree.loss_grid(draw(examples), draw(examples), draw(1), draw(1))


@points("loss_grid", 0.25)
def test_loss_grid_of_one_example(agree, draw):
    """A single example is enough: the mean is its squared error."""
    for offsets, slopes in ((2, 3), (3, 1)):
        agree.loss_grid(draw(1), draw(1), draw(offsets), draw(slopes))


@points("loss_grid", 0.25)
def test_loss_grid_of_points_on_a_line(agree, draw):
    """When all points lie on one of the lines, the loss of that line is zero."""
    x, phi0, phi1 = draw(6), draw(3), draw(4)
    agree.loss_grid(x, phi0[2] + phi1[1] * x, phi0, phi1)


@points("loss_grid", 0.25)
def test_loss_grid_of_integers(agree, draw):
    """Whole numbers in give floats out (float64)."""
    for examples, offsets, slopes in ((3, 2, 3), (4, 3, 2)):
        x, y = draw.integers(examples), draw.integers(examples)
        agree.loss_grid(x, y, draw.integers(offsets), draw.integers(slopes))


@points("loss_grid", 0.25)
def test_loss_grid_of_views(agree, draw):
    """Arrays such as x[::2], which are not contiguous in memory, give the same grid."""
    agree.loss_grid(draw.strided(4), draw.strided(4), draw.strided(2), draw.strided(3))


@points("loss_grid", 0.25)
def test_loss_grid_leaves_its_inputs_alone(student, reference, draw):
    """All four arrays are the same after the call as before."""
    x, y, phi0, phi1 = draw(4), draw(4), draw(3), draw(2)
    same(leaves_inputs_alone(student.loss_grid, x, y, phi0, phi1), reference.loss_grid(x, y, phi0, phi1))


@points("loss_grid", 0.25)
def test_loss_grid_refuses_no_examples(student, draw):
    """Without any examples no line has a loss: that raises ValueError."""
    student.loss_grid(draw(2), draw(2), draw(3), draw(2))
    must_raise(ValueError, student.loss_grid, np.zeros(0), np.zeros(0), draw(3), draw(2))


# --- binary_cross_entropy: 4 points ---------------------------------------------------------------------------------


@points("binary_cross_entropy", 0.5)
def test_binary_cross_entropy_of_one_example(student, reference, draw):
    """A label 1 costs -ln p, a label 0 costs -ln(1 - p)."""
    for y in (np.array([1]), np.array([0])):
        ps = np.append(0.5, chances(draw, 8))
        along(student.binary_cross_entropy, reference.binary_cross_entropy, "p", ps, lambda p, y=y: (y, np.array([p])))


@points("binary_cross_entropy", 0.75)
def test_binary_cross_entropy_of_many_examples(agree, draw, rng):
    """The cost is the mean over all examples, each label beside its own probability."""
    for examples in (2, 3, 5, 8, 13):
        agree.binary_cross_entropy(both_labels(rng, examples), chances(draw, examples))


@points("binary_cross_entropy", 0.5)
def test_binary_cross_entropy_of_a_single_kind(agree, draw):
    """Batches in which all labels are 0, or all are 1, have a cost as well."""
    for examples in (2, 5):
        agree.binary_cross_entropy(np.zeros(examples, dtype=np.int64), chances(draw, examples))
        agree.binary_cross_entropy(np.ones(examples, dtype=np.int64), chances(draw, examples))


@points("binary_cross_entropy", 0.5)
def test_binary_cross_entropy_of_sure_and_right(student, reference, rng):
    """Probabilities of exactly 0 and 1 that prove right cost next to nothing, and NumPy has nothing to warn of."""
    for y in (np.array([1, 1]), np.array([0, 0]), both_labels(rng, 6)):
        p = y.astype(float)
        p[0] = 0.25  # so that there is a cost to compare
        same(warns_nothing(student.binary_cross_entropy, y, p), reference.binary_cross_entropy(y, p))


@points("binary_cross_entropy", 0.5)
def test_binary_cross_entropy_of_sure_and_wrong(student, reference):
    """Probabilities of exactly 0 and 1 that prove wrong cost as much as eps allows, 1e-12 by default."""
    for label in (1, 0):
        y, p = np.array([label]), np.array([1.0 - label])
        got = one_number(warns_nothing(student.binary_cross_entropy, y, p))
        want = reference.binary_cross_entropy(y, p)
        if not abs(got - want) < 1e-4 * want:  # 1 - (1 - 1e-12) is 1e-12 with an error of one in ten thousand
            fail("A sure and wrong answer should cost about -ln(1e-12).", got=got, want=want)


@points("binary_cross_entropy", 0.5)
def test_binary_cross_entropy_with_another_eps(agree):
    """Probabilities below eps count as eps, those above 1 - eps as 1 - eps, and all others as they are."""
    for eps in (0.1, 0.2):
        for p in (0.0, 0.05, 0.4, 0.7, 0.95, 1.0):
            for label in (1, 0):
                agree.binary_cross_entropy(np.array([label]), np.array([p]), eps=eps)
    agree.binary_cross_entropy(np.array([1, 0, 1]), np.array([0.0, 1.0, 0.6]), 0.01)


@points("binary_cross_entropy", 0.25)
def test_binary_cross_entropy_of_whole_and_broken_numbers(agree, draw, rng):
    """Labels may be floats, and probabilities of 0 and 1 may be whole numbers."""
    for examples in (2, 5):
        y = both_labels(rng, examples)
        agree.binary_cross_entropy(y.astype(float), chances(draw, examples))
        p = y.copy()
        p[y.argmax()] = 0  # sure and wrong, at a cost of exactly -ln(eps)
        agree.binary_cross_entropy(y, p)


@points("binary_cross_entropy", 0.25)
def test_binary_cross_entropy_leaves_its_inputs_alone(student, reference, draw, rng):
    """Labels and probabilities, views such as p[::2] too, are the same after the call as before."""
    y, p = both_labels(rng, 10)[::2], chances(draw, 10)[::2]
    y[:2], p[:2] = 1, (0.0, 1.0)
    want = reference.binary_cross_entropy(y, p)
    same(leaves_inputs_alone(student.binary_cross_entropy, y, p), want)


@points("binary_cross_entropy", 0.25)
def test_binary_cross_entropy_refuses_no_examples(student):
    """There is no mean cost of nothing: without any examples, ValueError is raised."""
    student.binary_cross_entropy(np.array([1, 0]), np.array([0.5, 0.5]))
    must_raise(ValueError, student.binary_cross_entropy, NO_LABELS, np.zeros(0))


# --- one_hot: 2 points ----------------------------------------------------------------------------------------------


@points("one_hot", 0.5)
def test_one_hot_marks_the_column_of_the_label(agree, rng):
    """Each row is zero but for a 1.0 in the column of its label, also when there are as many labels as classes."""
    for classes, examples in ((2, 2), (3, 5), (4, 4), (7, 9)):
        y = labels(rng, examples, classes)
        y[:2] = 0, classes - 1
        agree.one_hot(rng.permutation(y), classes)


@points("one_hot", 0.25)
def test_one_hot_without_the_last_class(agree, rng):
    """A class that no example of the batch belongs to still has its column."""
    for classes, examples in ((3, 2), (5, 4), (6, 6)):
        agree.one_hot(labels(rng, examples, classes - 1), classes)


@points("one_hot", 0.25)
def test_one_hot_of_one_label(agree, rng):
    """A single label gives a single row, and a single class a single column."""
    agree.one_hot(labels(rng, 1, 4), 4)
    agree.one_hot(np.array([0]), 1)
    agree.one_hot(np.array([0, 0, 0]), 1)


@points("one_hot", 0.25)
def test_one_hot_of_no_labels(agree):
    """No labels give no rows: an array of shape (0, K)."""
    for classes in (1, 4):
        agree.one_hot(NO_LABELS, classes)


@points("one_hot", 0.25)
def test_one_hot_refuses_labels_from_k_on(student, rng):
    """A label of K or more raises ValueError."""
    student.one_hot(np.array([0, 1]), 2)
    for classes in (1, 3, 4):
        for beyond in (classes, classes + 2):
            y = np.append(labels(rng, 2, classes), beyond)
            must_raise(ValueError, student.one_hot, rng.permutation(y), classes)


@points("one_hot", 0.25)
def test_one_hot_refuses_labels_below_zero(student, rng):
    """A label below 0 raises ValueError."""
    student.one_hot(np.array([0, 1]), 2)
    for classes in (2, 4):
        for below in (-1, -classes, -classes - 1):
            y = np.append(labels(rng, 2, classes), below)
            must_raise(ValueError, student.one_hot, rng.permutation(y), classes)


@points("one_hot", 0.25)
def test_one_hot_leaves_its_input_alone(student, reference, rng):
    """The labels, views such as y[::2] too, are the same after the call as before."""
    for y in (labels(rng, 5, 3), labels(rng, 8, 3)[::2]):
        same(leaves_inputs_alone(student.one_hot, y, 3), reference.one_hot(y, 3))


# --- cross_entropy: 3 points ----------------------------------------------------------------------------------------


@points("cross_entropy", 0.25)
def test_cross_entropy_of_one_example(student, reference, agree, draw, rng):
    """A single example costs minus the logarithm of its own label's probability."""
    ps, own = np.append(0.5, chances(draw, 8)), np.array([1])
    along(
        student.cross_entropy,
        reference.cross_entropy,
        "probability of its label",
        ps,
        lambda p: (own, np.array([[round(1 - p, 2), p]])),
    )
    for classes in (2, 3, 5):
        P = probabilities(rng, 1, classes)
        agree.cross_entropy(surprising_labels(rng, P), P)


@points("cross_entropy", 0.75)
def test_cross_entropy_pairs_rows_with_labels(agree, rng):
    """The cost is the mean over all examples, and each row is asked for its own label only."""
    for examples, classes in ((2, 3), (5, 2), (7, 4), (4, 6)):
        P = probabilities(rng, examples, classes)
        agree.cross_entropy(surprising_labels(rng, P), P)


@points("cross_entropy", 0.5)
def test_cross_entropy_of_a_square(agree, rng):
    """Rows stay the examples when there are as many examples as classes."""
    for size in (2, 3, 5):
        P = probabilities(rng, size, size)
        agree.cross_entropy(surprising_labels(rng, P), P)


@points("cross_entropy", 0.5)
def test_cross_entropy_with_a_zero_elsewhere(student, reference, rng):
    """A probability of exactly 0 for another class than the example's own is no trouble, and no reason to warn."""
    for examples, classes in ((1, 3), (4, 3), (5, 4)):
        P = probabilities(rng, examples, classes)
        y = labels(rng, examples, classes)
        rows = np.arange(examples)
        spared = (y + 1) % classes
        P[rows, y] += P[rows, spared]
        P[rows, spared] = 0.0
        same(warns_nothing(student.cross_entropy, y, P), reference.cross_entropy(y, P))


@points("cross_entropy", 0.25)
def test_cross_entropy_of_sure_and_right(student, reference, rng):
    """Giving all the probability to the right class costs nothing; with a single class there is no other way."""
    for examples, classes in ((3, 4), (2, 1)):
        y = labels(rng, examples, classes)
        P = np.eye(classes)[y]
        same(warns_nothing(student.cross_entropy, y, P), reference.cross_entropy(y, P))


@points("cross_entropy", 0.25)
def test_cross_entropy_of_views(agree, rng):
    """Arrays such as P[::2] and P.T, which are not contiguous in memory, give the same cost."""
    agree.cross_entropy(labels(rng, 6, 4)[::2], probabilities(rng, 6, 4)[::2])
    agree.cross_entropy(labels(rng, 4, 3), np.asfortranarray(probabilities(rng, 4, 3)))


@points("cross_entropy", 0.25)
def test_cross_entropy_leaves_its_inputs_alone(student, reference, rng):
    """Labels and probabilities are the same after the call as before."""
    y, P = labels(rng, 4, 3), probabilities(rng, 4, 3)
    same(leaves_inputs_alone(student.cross_entropy, y, P), reference.cross_entropy(y, P))


@points("cross_entropy", 0.25)
def test_cross_entropy_refuses_no_examples(student):
    """There is no mean cost of nothing: without any examples, ValueError is raised."""
    student.cross_entropy(np.array([0, 1]), np.full((2, 2), 0.5))
    must_raise(ValueError, student.cross_entropy, NO_LABELS, np.zeros((0, 3)))


# --- softmax_cross_entropy: 4 points --------------------------------------------------------------------------------


@points("softmax_cross_entropy", 0.5)
def test_softmax_cross_entropy_of_equal_scores(agree, rng):
    """With all scores zero, or all the same, the cost is ln K: the model has no idea."""
    for examples, classes in ((1, 2), (1, 5), (4, 3), (2, 1)):
        agree.softmax_cross_entropy(np.zeros((examples, classes)), labels(rng, examples, classes))
        agree.softmax_cross_entropy(np.full((examples, classes), -2.5), labels(rng, examples, classes))


@points("softmax_cross_entropy", 0.75)
def test_softmax_cross_entropy_of_many_examples(agree, draw, rng):
    """The cost is the mean over all examples of ln(sum of exp(scores)) minus the score of the label."""
    for examples, classes in ((1, 3), (2, 3), (5, 2), (7, 4), (3, 6)):
        agree.softmax_cross_entropy(draw(examples, classes), labels(rng, examples, classes))


@points("softmax_cross_entropy", 0.5)
def test_softmax_cross_entropy_of_a_square(agree, draw, rng):
    """Rows stay the examples when there are as many examples as classes."""
    for size in (2, 3, 5):
        agree.softmax_cross_entropy(draw(size, size), labels(rng, size, size))


@points("softmax_cross_entropy", 0.75)
def test_softmax_cross_entropy_of_huge_scores(student, reference):
    """Scores of 1000 and -1000 have a finite cost, whichever class is the right one, and give no warning."""
    for row in ([1000.0, 0.0], [0.0, -1000.0], [1000.0, -1000.0, 0.0], [-1000.0, -1000.0], [1000.0, 1000.0, 999.0]):
        for label in range(len(row)):
            Z, y = np.array([row]), np.array([label])
            same(warns_nothing(student.softmax_cross_entropy, Z, y), reference.softmax_cross_entropy(Z, y))


@points("softmax_cross_entropy", 0.5)
def test_softmax_cross_entropy_of_small_and_huge_rows(student, reference, draw, rng):
    """A row of huge scores and rows of small ones stand in one batch, without harming each other."""
    for examples, classes in ((2, 3), (4, 3), (3, 5)):
        Z, y = draw(examples, classes), labels(rng, examples, classes)
        Z[0] += 1000.0
        Z[-1] -= 1000.0
        same(warns_nothing(student.softmax_cross_entropy, Z, y), reference.softmax_cross_entropy(Z, y))


@points("softmax_cross_entropy", 0.25)
def test_softmax_cross_entropy_of_integers(agree, draw, rng):
    """Whole numbers are scores like any other."""
    for examples, classes in ((2, 3), (4, 2)):
        agree.softmax_cross_entropy(draw.integers(examples, classes), labels(rng, examples, classes))


@points("softmax_cross_entropy", 0.25)
def test_softmax_cross_entropy_of_views(agree, draw, rng):
    """Arrays such as Z[::2] and Z.T, which are not contiguous in memory, give the same cost."""
    agree.softmax_cross_entropy(draw.strided(3, 4), labels(rng, 6, 4)[::2])
    agree.softmax_cross_entropy(draw(3, 4).T, labels(rng, 4, 3))
    agree.softmax_cross_entropy(draw.fortran(5, 3), labels(rng, 5, 3))


@points("softmax_cross_entropy", 0.25)
def test_softmax_cross_entropy_leaves_its_inputs_alone(student, reference, draw, rng):
    """Scores and labels are the same after the call as before."""
    Z, y = draw(4, 3), labels(rng, 4, 3)
    same(leaves_inputs_alone(student.softmax_cross_entropy, Z, y), reference.softmax_cross_entropy(Z, y))
    changes_nothing(student.softmax_cross_entropy, 1000 * Z, y)


@points("softmax_cross_entropy", 0.25)
def test_softmax_cross_entropy_refuses_no_examples(student):
    """There is no mean cost of nothing: without any examples, ValueError is raised."""
    student.softmax_cross_entropy(np.zeros((2, 2)), np.array([0, 1]))
    must_raise(ValueError, student.softmax_cross_entropy, np.zeros((0, 3)), NO_LABELS)
