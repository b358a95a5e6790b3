"""Hidden tests of the layers. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

import numpy as np

from autograder.testing import Spy, close, fail, leaves_inputs_alone, must_raise, points, same, warns_nothing


def identity(z):
    """z itself: the activation that changes nothing."""
    return z


def bend(z):
    """np.arctan(z): a curve that gives each pre-activation another answer."""
    return np.arctan(z)


def bend_in_place(z):
    """np.arctan(z, out=z): the curve is written into the array that it is given."""
    np.arctan(z, out=z)
    return z


def share_of_the_row(z):
    """np.exp(z / 10), divided by its sum over the row: like softmax, it has to see whole rows."""
    grown = np.exp(z / 10)
    return grown / np.sum(grown, axis=-1, keepdims=True)


def pair(answer, names):
    """An answer as two arrays, or the end of the test if it is nothing of the kind."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        fail(f"The answer should be two things: {names}.", got=answer)
    if not all(isinstance(part, np.ndarray) for part in answer):
        fail(f"The two things, {names}, should be arrays.", got=answer)
    return answer[0], answer[1]


# --- flatten: 1 point -----------------------------------------------------------------------------------------------


@points("flatten", 0.25)
def test_flatten_lays_each_picture_in_one_row(agree, draw):
    """Each picture becomes one row, read line by line, whatever its height and width and however many there are."""
    for shape in ((3, 3, 3), (4, 4, 4), (1, 2, 3), (2, 3, 2), (3, 2, 4), (4, 5, 1), (2, 1, 3), (3, 8, 8)):
        agree.flatten(draw(*shape))


@points("flatten", 0.25)
def test_flatten_of_views(agree, draw):
    """Pictures that do not lie in one piece in memory, such as every other one, give the same rows."""
    agree.flatten(draw.strided(2, 3, 4))
    agree.flatten(draw.fortran(2, 3, 4))
    agree.flatten(draw(2, 3, 4).transpose(1, 2, 0))


@points("flatten", 0.25)
def test_flatten_keeps_the_type(agree, draw):
    """The type of the numbers stays: whole numbers stay whole, and float32 stays float32."""
    agree.flatten(draw.integers(2, 8, 8, low=1, high=16))
    agree.flatten(draw(3, 8, 8).astype(np.float32))


@points("flatten", 0.25)
def test_flatten_leaves_its_input_alone(student, reference, draw):
    """The pictures have the same shape and the same numbers after the call as before."""
    for shape in ((2, 2, 3), (3, 4, 4)):
        images = draw(*shape)
        _, seen = student.flatten.observe(images.copy())  # not leaves_inputs_alone: here a view is a fine answer
        if seen.changed:
            fail("The call changed its input images.")
        same(seen.value, reference.flatten(images))


# --- init_layer: 3 points. Six standard errors wide, the bounds fail a right answer once in 10^8 runs ------------

MANY = (200, 100)


def seeded(rng):
    """A seed for the generator that is handed over."""
    return int(rng.integers(2**32))


def layer(student, D_in, D_out, seed, scale):
    """The weights and biases of the student's layer: finite numbers, and some of each."""
    W, b = pair(student.init_layer(D_in, D_out, np.random.default_rng(seed), scale), "W and b")
    if not all(part.size and np.isfinite(part).all() for part in (W, b)):
        fail("W and b should hold finite numbers.", got=(W, b))
    return W, b


@points("init_layer", 0.5)
def test_init_layer_has_weights_of_the_right_shape(student, rng):
    """W has shape (D_in, D_out) and holds float64 numbers."""
    for D_in, D_out in ((2, 3), (3, 2), (4, 4), (1, 5), (5, 1)):
        W, _ = layer(student, D_in, D_out, seeded(rng), 0.5)
        if W.shape != (D_in, D_out):
            fail(f"W has shape {W.shape}, expected {(D_in, D_out)}.")
        if W.dtype != np.float64:
            fail(f"W has dtype {W.dtype}, expected float64.")


@points("init_layer", 0.5)
def test_init_layer_starts_its_biases_at_zero(student, rng):
    """The biases b are zeros of shape (D_out,)."""
    for D_in, D_out in ((2, 3), (3, 2), (4, 4)):
        _, b = layer(student, D_in, D_out, seeded(rng), 0.5)
        same(b, np.zeros(D_out))


@points("init_layer", 0.25)
def test_init_layer_repeats_itself(student, rng):
    """Generators in the same state give the same weights."""
    for D_in, D_out in ((2, 3), (5, 4)):
        seed = seeded(rng)
        first, _ = layer(student, D_in, D_out, seed, 0.5)
        again, _ = layer(student, D_in, D_out, seed, 0.5)
        if not np.array_equal(first, again):
            fail("Twice the same generator in the same state, and two different W.", got=again, want=first)


@points("init_layer", 0.25)
def test_init_layer_listens_to_its_generator(student, rng):
    """Generators in different states give different weights."""
    for D_in, D_out in ((2, 3), (5, 4)):
        seed = seeded(rng)
        first, _ = layer(student, D_in, D_out, seed, 0.5)
        other, _ = layer(student, D_in, D_out, seed + 1, 0.5)
        if np.array_equal(first, other):
            fail("The generator was in another state, but W is the same as before.", got=other)


@points("init_layer", 0.5)
def test_init_layer_has_the_scale_it_was_asked_for(student, rng):
    """Over many weights the mean is about 0, and the standard deviation is about the scale."""
    for scale in (0.05, 0.5, 3.0):
        W, _ = layer(student, *MANY, seeded(rng), scale)
        mean, std = float(np.mean(W)), float(np.std(W))
        if not abs(std - scale) < 6 * scale / np.sqrt(2 * np.prod(MANY)):
            fail(f"The standard deviation of {np.prod(MANY)} weights is too far from the scale.", got=std, want=scale)
        if not abs(mean) < 6 * scale / np.sqrt(np.prod(MANY)):
            fail(f"The mean of {np.prod(MANY)} weights is too far from 0.", got=mean, want=0.0)


@points("init_layer", 0.5)
def test_init_layer_draws_from_a_bell_curve(student, rng):
    """About 68 % of the weights lie within one scale of 0, as a normal distribution has it."""
    W, _ = layer(student, *MANY, seeded(rng), 0.2)
    inside, expected = float(np.mean(np.abs(W) < 0.2)), 0.6827
    if not abs(inside - expected) < 6 * np.sqrt(expected * (1 - expected) / np.prod(MANY)):
        fail("The share of weights within one scale of 0 is not that of a normal distribution.", got=inside, want=0.683)


@points("init_layer", 0.5)
def test_init_layer_makes_no_twins(student, rng):
    """No two neurons start with the same weights, and no two inputs either."""
    for D_in, D_out in ((3, 2), (4, 6)):
        W, _ = layer(student, D_in, D_out, seeded(rng), 0.5)
        if W.ndim != 2:
            fail(f"W has shape {W.shape}, expected {(D_in, D_out)}.")
        if np.unique(W, axis=1).shape != W.shape:
            fail("Two columns of W are the same: these neurons will never differ.", got=W)
        if np.unique(W, axis=0).shape != W.shape:
            fail("Two rows of W are the same.", got=W)


# --- dense_forward: 4 points ----------------------------------------------------------------------------------------


def numbers(draw, I, D_in, D_out):  # noqa: E741 - I is the number of examples all through the course
    """Examples, weights and biases; the biases are at least 0.5 away from zero and all different."""
    b = np.round((0.5 + np.arange(D_out)) * (1 if draw() > 0 else -1) + draw(D_out, low=0.1, high=0.4), 1)
    return draw(I, D_in), draw(D_in, D_out), b


@points("dense_forward", 0.75)
def test_dense_forward_of_many_sizes(agree, draw):
    """Each row of Z belongs to an example and each column to a neuron, whatever I, D_in and D_out are."""
    for I, D_in, D_out in ((2, 1, 3), (2, 3, 1), (3, 2, 4), (4, 3, 2), (2, 4, 3), (5, 7, 6)):  # noqa: E741
        agree.dense_forward(*numbers(draw, I, D_in, D_out))
    agree.dense_forward(draw(2, 3, decimals=6), draw(3, 4, decimals=6), draw(4, decimals=6))


@points("dense_forward", 0.5)
def test_dense_forward_of_a_square(agree, draw):
    """Rows stay the examples and columns the neurons when I, D_in and D_out are equal."""
    for size in (2, 3, 5):
        agree.dense_forward(*numbers(draw, size, size, size))


@points("dense_forward", 0.5)
def test_dense_forward_of_silence(agree, draw):
    """For rows of zeros, every row of Z is b."""
    for I, D_in, D_out in ((2, 2, 3), (4, 3, 2), (3, 3, 3)):  # noqa: E741
        X, W, b = numbers(draw, I, D_in, D_out)
        agree.dense_forward(np.zeros_like(X), W, b)


@points("dense_forward", 0.25)
def test_dense_forward_of_one_example(agree, draw):
    """A single example, shape (1, D_in), gives shape (1, D_out)."""
    for D_in, D_out in ((1, 1), (2, 3), (4, 2)):
        agree.dense_forward(*numbers(draw, 1, D_in, D_out))


@points("dense_forward", 0.25)
def test_dense_forward_of_no_examples(agree, draw):
    """No examples, shape (0, D_in), give shape (0, D_out)."""
    for D_in, D_out in ((2, 3), (3, 2)):
        agree.dense_forward(*numbers(draw, 0, D_in, D_out))


@points("dense_forward", 0.5)
def test_dense_forward_of_views(agree, draw):
    """Transposed arrays and views such as X[::2], which are not contiguous in memory, give the same answers."""
    agree.dense_forward(draw(2, 3).T, draw(4, 2).T, draw.strided(4))
    agree.dense_forward(draw.strided(3, 2), draw.fortran(2, 4), draw.strided(4))


@points("dense_forward", 0.5)
def test_dense_forward_of_integers(agree, draw):
    """Whole numbers in give floats out (float64)."""
    for I, D_in, D_out in ((1, 2, 2), (2, 3, 4), (3, 3, 3)):  # noqa: E741
        agree.dense_forward(draw.integers(I, D_in), draw.integers(D_in, D_out), draw.integers(D_out))


@points("dense_forward", 0.25)
def test_dense_forward_of_float32(agree, draw):
    """Numbers of type float32 in give float32 out."""
    for sizes in ((1, 2, 2), (2, 3, 4)):
        agree.dense_forward(*(array.astype(np.float32) for array in numbers(draw, *sizes)))


@points("dense_forward", 0.5)
def test_dense_forward_leaves_its_inputs_alone(student, reference, draw):
    """Examples, weights and biases are the same after the call as before, and the answer is a new array."""
    for sizes in ((2, 2, 2), (4, 3, 2)):
        X, W, b = numbers(draw, *sizes)
        same(leaves_inputs_alone(student.dense_forward, X, W, b), reference.dense_forward(X, W, b))


# --- layer_forward: 3 points ----------------------------------------------------------------------------------------


@points("layer_forward", 0.5)
def test_layer_forward_gives_activations_and_preactivations(agree, draw):
    """The layer answers with (A, Z): the activations first, then the pre-activations that they come from."""
    for I, D_in, D_out in ((2, 1, 3), (3, 2, 4), (4, 3, 2)):  # noqa: E741
        for activation in (bend, np.square, np.abs):
            agree.layer_forward(*numbers(draw, I, D_in, D_out), activation)


@points("layer_forward", 0.25)
def test_layer_forward_of_a_square(agree, draw):
    """Rows stay the examples and columns the neurons when I, D_in and D_out are equal."""
    for size in (2, 4):
        agree.layer_forward(*numbers(draw, size, size, size), bend)


@points("layer_forward", 0.5)
def test_layer_forward_shows_its_activation_the_preactivations(student, draw):
    """What the activation sees are the pre-activations, weights and biases included."""
    for I, D_in, D_out in ((2, 2, 3), (3, 4, 2)):  # noqa: E741
        X, W, b = numbers(draw, I, D_in, D_out)
        activation, want = Spy(bend), X @ W + b
        student.layer_forward(X, W, b, activation)
        if not activation.calls:
            fail("The activation was never called.", got=None, want=want)
        arrays = [call[0] for call in activation.calls if len(call) == 1 and isinstance(call[0], np.ndarray)]
        if len(arrays) != len(activation.calls) or any(array.dtype.kind not in "iuf" for array in arrays):
            fail("The activation should be called with one array of numbers.", got=list(activation.calls), want=want)
        seen = np.concatenate([array.ravel() for array in arrays])
        if seen.size > 100 * want.size:
            fail("The activation sees far more numbers than there are pre-activations.", got=seen.size, want=want.size)
        near = close(seen[:, np.newaxis], want.ravel())
        if not near.any(axis=1).all():
            fail("The activation should see nothing but pre-activations.", got=seen, want=want)
        if not near.any(axis=0).all():
            fail("The activation should see all pre-activations.", got=seen, want=want)


@points("layer_forward", 0.25)
def test_layer_forward_with_an_activation_of_rows(agree, draw):
    """An activation that looks at the whole row of an example, as softmax does, is fine too."""
    for I, D_in, D_out in ((2, 2, 3), (4, 3, 2), (3, 3, 3)):  # noqa: E741
        agree.layer_forward(*numbers(draw, I, D_in, D_out), share_of_the_row)


@points("layer_forward", 0.5)
def test_layer_forward_survives_an_activation_in_place(agree, draw):
    """Z is right even when the activation writes its answer into the array that it is given."""
    for I, D_in, D_out in ((2, 2, 3), (3, 4, 2)):  # noqa: E741
        agree.layer_forward(*numbers(draw, I, D_in, D_out), bend_in_place)


@points("layer_forward", 0.25)
def test_layer_forward_of_one_example_or_none(agree, draw):
    """A single example gives two arrays of shape (1, D_out); no examples give two of shape (0, D_out)."""
    for I, D_in, D_out in ((1, 2, 3), (1, 3, 1), (0, 2, 3)):  # noqa: E741
        agree.layer_forward(*numbers(draw, I, D_in, D_out), bend)


@points("layer_forward", 0.25)
def test_layer_forward_of_float32(agree, draw):
    """Numbers of type float32 in give float32 out, for A and for Z."""
    X, W, b = (array.astype(np.float32) for array in numbers(draw, 2, 3, 4))
    agree.layer_forward(X, W, b, bend)


@points("layer_forward", 0.25)
def test_layer_forward_of_views(agree, draw):
    """Transposed arrays and views such as X[::2] give the same answers."""
    agree.layer_forward(draw(2, 3).T, draw(4, 2).T, draw.strided(4), bend)
    agree.layer_forward(draw.strided(3, 2), draw.fortran(2, 4), draw.strided(4), bend)


@points("layer_forward", 0.25)
def test_layer_forward_leaves_its_inputs_alone(student, reference, draw):
    """Examples, weights and biases are the same after the call as before, and A and Z are new arrays."""
    for sizes in ((2, 2, 2), (4, 3, 2)):
        X, W, b = numbers(draw, *sizes)
        got = leaves_inputs_alone(student.layer_forward, X, W, b, identity)
        same(got, reference.layer_forward(X, W, b, identity))


# --- count_parameters: 2 points -------------------------------------------------------------------------------------


def widths(rng, layers):
    """Sizes of a network: all different, none of them 1."""
    return [int(n) for n in rng.permutation(np.arange(2, 12))[: layers + 1]]


@points("count_parameters", 0.25)
def test_count_parameters_of_one_layer(agree, rng):
    """A single layer has a weight for each pair of input and neuron, and a bias for each neuron."""
    for _ in range(3):
        agree.count_parameters(widths(rng, 1))


@points("count_parameters", 0.5)
def test_count_parameters_of_many_layers(agree, rng):
    """Each layer counts: from each size to the next there are weights, and biases for the next."""
    for layers in (2, 3, 4, 6):
        agree.count_parameters(widths(rng, layers))


@points("count_parameters", 0.25)
def test_count_parameters_without_a_layer(agree, rng):
    """A list with one entry has inputs but no layer, so there are 0 parameters."""
    agree.count_parameters([1])
    agree.count_parameters(widths(rng, 0))


@points("count_parameters", 0.25)
def test_count_parameters_of_narrow_layers(agree, rng):
    """A layer may have a single input or a single neuron."""
    a, b = widths(rng, 1)
    for sizes in ([1, 1], [a, 1], [1, a], [a, 1, b], [1, a, 1]):
        agree.count_parameters(sizes)


@points("count_parameters", 0.25)
def test_count_parameters_of_equal_layers(agree, rng):
    """Layers of the same size are counted each for itself."""
    (n,) = widths(rng, 0)
    for layers in (1, 2, 3):
        agree.count_parameters([n] * (layers + 1))


@points("count_parameters", 0.25)
def test_count_parameters_of_a_network_for_digits(agree, rng):
    """Networks with hundreds of neurons are counted in the same way."""
    agree.count_parameters([64, int(rng.integers(20, 400)), 10])
    agree.count_parameters([784, int(rng.integers(20, 400)), int(rng.integers(20, 400)), 10])


@points("count_parameters", 0.25)
def test_count_parameters_leaves_its_input_alone(student, reference, rng):
    """The list of sizes is the same after the call as before."""
    sizes = widths(rng, 3)
    same(leaves_inputs_alone(student.count_parameters, list(sizes)), reference.count_parameters(sizes))


# --- standardize: 3 points. Constant columns hold whole numbers: their mean is exact, however one adds ------------


def spread_out(draw, rows, columns):
    """Data of at least two rows in which every column has a standard deviation well above 0.1."""
    X = draw(rows, columns)
    low, high, falls = draw(columns, low=-3, high=-1), draw(columns, low=1, high=3), np.arange(columns) % 2 == 1
    X[0], X[1] = np.where(falls, high, low), np.where(falls, low, high)
    return X + 10.0 * np.arange(columns)


def with_constants(draw, rows, rows_test):
    """Training data with two constant columns, one of them zero, and test data that differ from the constants."""
    X_train, X_test = spread_out(draw, rows, 4), spread_out(draw, rows_test, 4)
    X_train[:, 1], X_train[:, 3] = draw.integers(), 0.0
    X_test[:, 1] = X_train[0, 1] + draw.integers(rows_test)
    X_test[:, 3] = draw(rows_test)
    X_test[0, 1] = X_train[0, 1]
    return X_train, X_test


@points("standardize", 0.75)
def test_standardize_the_training_data(student, reference, draw):
    """Each column of the training data gets mean 0 and standard deviation 1."""
    for rows, columns in ((2, 1), (3, 2), (4, 4), (6, 3)):
        X_train, X_test = spread_out(draw, rows, columns), spread_out(draw, 2, columns)
        got, _ = pair(student.standardize(X_train, X_test), "the training and the test data")
        same(got, reference.standardize(X_train, X_test)[0])


@points("standardize", 0.75)
def test_standardize_the_test_data(agree, draw):
    """The test data are shifted and scaled by the numbers of the training data."""
    for rows, rows_test, columns in ((3, 1, 2), (2, 4, 3), (3, 3, 3), (5, 4, 2)):
        agree.standardize(spread_out(draw, rows, columns), draw(rows_test, columns))


@points("standardize", 0.5)
def test_standardize_constant_columns(student, reference, draw):
    """A column that is constant in the training data is only shifted, in both sets and without a warning.

    With a single training example, every column is constant.
    """
    sets = [with_constants(draw, rows, rows_test) for rows, rows_test in ((2, 2), (3, 4), (4, 3), (5, 5))]
    for X_train, X_test in [*sets, *((draw(1, columns), draw(2, columns)) for columns in (1, 3))]:
        same(warns_nothing(student.standardize, X_train, X_test), reference.standardize(X_train, X_test))


@points("standardize", 0.25)
def test_standardize_without_test_data(agree, draw):
    """Test data without a row, shape (0, D), come back with that shape."""
    for rows, columns in ((3, 2), (2, 3)):
        agree.standardize(spread_out(draw, rows, columns), np.zeros((0, columns)))


@points("standardize", 0.25)
def test_standardize_of_views(agree, draw):
    """Transposed arrays and views such as X[::2] give the same answers."""
    agree.standardize(spread_out(draw, 8, 3)[::2], draw.strided(2, 3))
    agree.standardize(np.asfortranarray(spread_out(draw, 4, 3)), draw(3, 5).T)


@points("standardize", 0.5)
def test_standardize_leaves_its_inputs_alone(student, reference, draw):
    """Training and test data are the same after the call as before, and the answers are new arrays."""
    for rows, rows_test in ((3, 2), (4, 5)):
        X_train, X_test = spread_out(draw, rows, 2), spread_out(draw, rows_test, 2)
        got = leaves_inputs_alone(student.standardize, X_train, X_test)
        same(got, reference.standardize(X_train, X_test))


# --- output_activation: 1 point -------------------------------------------------------------------------------------


@points("output_activation", 0.25)
def test_output_activation_of_a_regression(agree):
    """A regression may answer any number, negative ones too."""
    agree.output_activation("regression")


@points("output_activation", 0.25)
def test_output_activation_of_yes_or_no(agree):
    """A question of yes or no is answered with one probability."""
    agree.output_activation("binary")


@points("output_activation", 0.25)
def test_output_activation_of_many_classes(agree):
    """With K classes that exclude each other, the K answers are probabilities that sum to 1."""
    agree.output_activation("multiclass")


@points("output_activation", 0.25)
def test_output_activation_refuses_other_tasks(student):
    """Every other text raises ValueError; the names are written in small letters and in one word."""
    student.output_activation("regression")
    for task in ("ranking", "Binary", "multi-class", "softmax", ""):
        must_raise(ValueError, student.output_activation, task)
