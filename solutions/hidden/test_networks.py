"""Hidden tests of the networks. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from autograder.testing import Spy, as_floats, close, fail, leaves_inputs_alone, points, same, warns_nothing


def bend(z):
    """np.arctan(z): a curve that gives each pre-activation another answer."""
    return np.arctan(z)


def bend_in_place(z):
    """np.arctan(z, out=z): the curve is written into the array that it is given."""
    np.arctan(z, out=z)
    return z


def relu(z):
    """np.maximum(z, 0.0)."""
    return np.maximum(z, 0.0)


def identity(z):
    """z itself: the activation that changes nothing."""
    return z


def share_of_the_row(z):
    """np.exp(z / 10), divided by its sum over the row: like softmax, it has to see whole rows."""
    grown = np.exp(z / 10)
    return grown / np.sum(grown, axis=-1, keepdims=True)


def share_in_place(z):
    """np.exp(z / 10), divided by its sum over the row, and written into the array that it is given."""
    z[...] = share_of_the_row(z)
    return z


def network(draw, sizes):
    """A network with drawn weights, and biases that are never zero."""
    return [(draw(D_in, D_out), draw(D_out)) for D_in, D_out in pairwise(sizes)]


def pairs(answer):
    """An answer as a list of pairs, or the end of the test if it is nothing of the kind."""
    if not isinstance(answer, list | tuple):
        fail("The answer should be a list of pairs (W, b), one for each layer.", got=answer)
    if not all(isinstance(layer, list | tuple) and len(layer) == 2 for layer in answer):
        fail("Each layer should be a pair (W, b).", got=answer)
    return answer


# --- shallow_1d: 3 points -------------------------------------------------------------------------------------------


def units(draw, hidden):
    """Offsets and slopes, and the output's weights."""
    return draw(hidden, 2), draw(hidden + 1)


@points("shallow_1d", 0.5)
def test_shallow_1d_with_one_hidden_unit(agree, draw):
    """One hidden unit makes a line with one joint: flat on one side, sloped on the other."""
    for examples in (1, 2, 5):
        agree.shallow_1d(draw(examples), *units(draw, 1))


@points("shallow_1d", 0.75)
def test_shallow_1d_with_many_hidden_units(agree, draw):
    """Each hidden unit joins in with its own offset, slope and weight, whatever the number of units and examples."""
    for examples, hidden in ((1, 2), (2, 3), (5, 2), (3, 6), (4, 4)):
        agree.shallow_1d(draw(examples), *units(draw, hidden))
    agree.shallow_1d(draw(3, decimals=6), draw(2, 2, decimals=6), draw(3, decimals=6))


@points("shallow_1d", 0.5)
def test_shallow_1d_goes_below_zero(agree, draw):
    """The output may be negative: no ReLU follows it."""
    for hidden in (1, 3):
        theta = draw(hidden, 2)
        agree.shallow_1d(draw(4), theta, -np.abs(draw(hidden + 1)))


@points("shallow_1d", 0.25)
def test_shallow_1d_on_both_sides_of_the_joints(agree, draw):
    """pre keeps its negative numbers where act has zeros."""
    for hidden in (1, 3):
        agree.shallow_1d(np.array([-40.0, 40.0, 35.0]), *units(draw, hidden))


@points("shallow_1d", 0.25)
def test_shallow_1d_with_silent_units(agree, draw):
    """Where all hidden units are silent, the offset phi[0] of the output is left."""
    for hidden in (1, 2, 4):
        theta = np.column_stack([-40 - np.abs(draw(hidden)), draw(hidden)])
        agree.shallow_1d(draw(3), theta, draw(hidden + 1))


@points("shallow_1d", 0.25)
def test_shallow_1d_without_examples(agree, draw):
    """No examples give no answers: arrays of the shapes (0,), (0, H) and (0, H)."""
    for hidden in (1, 3):
        agree.shallow_1d(np.zeros(0), *units(draw, hidden))


@points("shallow_1d", 0.25)
def test_shallow_1d_of_views(agree, draw):
    """Transposed arrays and views such as x[::2], which are not contiguous in memory, give the same answers."""
    agree.shallow_1d(draw.strided(3), draw(2, 2).T, draw.strided(3))
    agree.shallow_1d(draw(4), draw.strided(3, 2), draw.strided(4))
    agree.shallow_1d(draw.strided(2), draw.fortran(5, 2), draw(6))


@points("shallow_1d", 0.25)
def test_shallow_1d_leaves_its_inputs_alone(student, reference, draw):
    """x, theta and phi are the same after the call as before, and the answers are new arrays."""
    for hidden in (1, 3):
        x, (theta, phi) = draw(4), units(draw, hidden)
        same(leaves_inputs_alone(student.shallow_1d, x, theta, phi), reference.shallow_1d(x, theta, phi))


# --- xor_network: 4 points. Any weights are right that answer within 0.25 ---------------------------------------------


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def two_layers(answer):
    """The four arrays of an answer, or the end of the test if there are no two layers of numbers."""
    layers = pairs(answer)
    if len(layers) != 2:
        fail("XOR needs two layers of weights: a hidden one, and the output.", got=len(layers), want=2)
    arrays = [as_floats(part) for layer in layers for part in layer]
    if any(array is None for array in arrays):
        fail("All weights and biases should be numbers.", got=answer)
    return arrays


def shaped(answer):
    """The four arrays of an answer, or the end of the test if their shapes do not fit together."""
    W1, b1, W2, b2 = arrays = two_layers(answer)
    width = W1.shape[-1] if W1.ndim == 2 else "H"
    wanted = [(2, width), (width,), (width, 1), (1,)]
    names = "the hidden W", "the hidden b", "the output's W", "the output's b"
    for name, array, shape in zip(names, arrays, wanted, strict=True):
        if array.shape != shape:
            fail(f"{name[0].upper()}{name[1:]} has shape {array.shape}, expected {shape}.".replace("'H'", "H"))
    return W1, b1, W2, b2


def answers_of(answer, signals):
    """What the network answers; numbers too large to add up give inf or nan, which are no right answers."""
    W1, b1, W2, b2 = shaped(answer)
    with np.errstate(all="ignore"):
        return (relu(signals @ W1 + b1) @ W2 + b2)[:, 0]


def answers_within_a_quarter(answer, corners, want):
    """The network's answers for these corners are within 0.25 of what is wanted."""
    got, want = answers_of(answer, CORNERS[corners]), np.array(want, dtype=float)
    if not (np.abs(got - want) <= 0.25 + 1e-9).all():
        signals = ", ".join(f"({x1:.0f}, {x2:.0f})" for x1, x2 in CORNERS[corners])
        fail(f"For {signals} the network does not answer within 0.25 of what XOR says.", got=got, want=want)


@points("xor_network", 0.25)
def test_xor_network_has_two_layers(student):
    """The answer is a list of two pairs (W, b): the hidden layer and the output layer."""
    two_layers(student.xor_network())


@points("xor_network", 0.25)
def test_xor_network_has_shapes_that_fit(student):
    """The shapes are (2, H) and (H,) for the hidden layer, (H, 1) and (1,) for the output."""
    shaped(student.xor_network())


@points("xor_network", 0.5)
def test_xor_network_of_neither(student):
    """For the signals (0, 0) the network answers about 0."""
    answers_within_a_quarter(student.xor_network(), [0], [0])


@points("xor_network", 0.5)
def test_xor_network_of_the_second(student):
    """For the signals (0, 1) the network answers about 1."""
    answers_within_a_quarter(student.xor_network(), [1], [1])


@points("xor_network", 0.5)
def test_xor_network_of_the_first(student):
    """For the signals (1, 0) the network answers about 1."""
    answers_within_a_quarter(student.xor_network(), [2], [1])


@points("xor_network", 0.5)
def test_xor_network_of_both(student):
    """For the signals (1, 1) the network answers about 0."""
    answers_within_a_quarter(student.xor_network(), [3], [0])


@points("xor_network", 1.5)
def test_xor_network_has_the_whole_truth_table(student):
    """One and the same network gets all four right."""
    answers_within_a_quarter(student.xor_network(), [0, 1, 2, 3], [0, 1, 1, 0])


# --- init_mlp: 3 points. Six standard errors wide, the bounds fail a right answer once in 10^8 runs -----------------


def seeded(rng):
    """A seed for the generator that is handed over."""
    return int(rng.integers(2**32))


def fresh(student, sizes, seed):
    """The layers of a new network of the student's, as many as there should be, made of finite float64 numbers."""
    layers = pairs(student.init_mlp(sizes, np.random.default_rng(seed)))
    if len(layers) != len(sizes) - 1:
        fail(f"There should be one layer between every two entries of {sizes}.", got=len(layers), want=len(sizes) - 1)
    if not all(isinstance(part, np.ndarray) and part.dtype == np.float64 for layer in layers for part in layer):
        fail("W and b of each layer should be arrays of float64 numbers.")
    if not all(part.size and np.isfinite(part).all() for layer in layers for part in layer):
        fail("W and b of each layer should hold finite numbers.")
    return layers


def weights(student, sizes, seed):
    """All weights of a new network, one after another."""
    return np.concatenate([W.ravel() for W, _ in fresh(student, sizes, seed)])


@points("init_mlp", 0.5)
def test_init_mlp_has_a_layer_between_every_two_sizes(student, rng):
    """A list of two sizes makes one layer, a list of five makes four."""
    for sizes in ([3, 2], [2, 4, 3], [4, 3, 5, 2, 1]):
        fresh(student, sizes, seeded(rng))


@points("init_mlp", 0.5)
def test_init_mlp_has_weights_of_the_right_shape(student, rng):
    """Each W has shape (D_in, D_out): what leaves one layer enters the next."""
    for sizes in ([3, 2], [2, 4, 3], [3, 3, 3], [4, 3, 5, 2, 1]):
        got = [W.shape for W, _ in fresh(student, sizes, seeded(rng))]
        if got != list(pairwise(sizes)):
            fail(f"For the sizes {sizes}, the weights have other shapes than they should.", got=got)


@points("init_mlp", 0.5)
def test_init_mlp_starts_its_biases_at_zero(student, rng):
    """The biases of each layer are zeros of shape (D_out,)."""
    for sizes in ([3, 2], [2, 4, 3], [4, 3, 5, 2, 1]):
        for (_, b), D_out in zip(fresh(student, sizes, seeded(rng)), sizes[1:], strict=True):
            same(b, np.zeros(D_out))


@points("init_mlp", 0.5)
def test_init_mlp_has_the_scale_of_he(student, rng):
    """In each layer the weights have a mean of about 0, and a variance of about 2 / D_in."""
    for sizes in ([200, 100], [50, 200, 100, 20]):
        for W, _ in fresh(student, sizes, seeded(rng)):
            if W.ndim != 2:
                fail("Each W should have two axes.", got=W.shape)
            wanted, mean, std = float(np.sqrt(2 / W.shape[0])), float(np.mean(W)), float(np.std(W))
            if not abs(std - wanted) < 6 * wanted / np.sqrt(2 * W.size):
                fail(
                    f"W of shape {W.shape} has a standard deviation too far from sqrt(2 / D_in).", got=std, want=wanted
                )
            if not abs(mean) < 6 * wanted / np.sqrt(W.size):
                fail(f"W of shape {W.shape} has a mean too far from 0.", got=mean, want=0.0)


@points("init_mlp", 0.25)
def test_init_mlp_repeats_itself(student, rng):
    """Generators in the same state give the same network."""
    for sizes in ([2, 3], [3, 4, 2]):
        seed = seeded(rng)
        first, again = weights(student, sizes, seed), weights(student, sizes, seed)
        if not np.array_equal(first, again):
            fail("Twice the same generator in the same state, and two different networks.", got=again, want=first)


@points("init_mlp", 0.25)
def test_init_mlp_listens_to_its_generator(student, rng):
    """Generators in different states give different networks."""
    for sizes in ([2, 3], [3, 4, 2]):
        seed = seeded(rng)
        first, other = weights(student, sizes, seed), weights(student, sizes, seed + 1)
        if np.array_equal(first, other):
            fail("The generator was in another state, but the weights are the same as before.", got=other)


@points("init_mlp", 0.25)
def test_init_mlp_makes_no_twins(student, rng):
    """No two weights are the same, neither within a layer nor in different layers of the same size."""
    for sizes in ([3, 2], [4, 4, 4, 4]):
        drawn = weights(student, sizes, seeded(rng))
        if len(np.unique(drawn)) < drawn.size:
            fail("Some weights are equal. They should all be drawn for themselves.", got=drawn)


@points("init_mlp", 0.25)
def test_init_mlp_leaves_its_sizes_alone(student, rng):
    """The list of sizes is the same after the call as before."""
    for sizes in ([3, 2], [4, 3, 5, 2]):
        _, seen = student.init_mlp.observe(list(sizes), np.random.default_rng(seeded(rng)))
        if 0 in seen.changed:
            fail("The call changed its input sizes.")
        got = [W.shape for W, _ in pairs(seen.value) if isinstance(W, np.ndarray)]
        if got != list(pairwise(sizes)):
            fail(f"For the sizes {sizes}, the weights have other shapes than they should.", got=got)


# --- mlp_forward: 5 points ------------------------------------------------------------------------------------------


def answers_and_cache(answer):
    """The two parts of an answer, or the end of the test if there are not two."""
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        fail("The answer should be Y and the cache.", got=answer)
    return answer


@points("mlp_forward", 0.5)
def test_mlp_forward_with_one_layer(agree, draw):
    """A single layer is the output layer: it gets the output's activation, and the cache holds one pair."""
    for examples, sizes in ((2, [3, 2]), (3, [1, 4]), (4, [4, 1])):
        agree.mlp_forward(draw(examples, sizes[0]), network(draw, sizes), bend, share_of_the_row)
        agree.mlp_forward(draw(examples, sizes[0]), network(draw, sizes), bend, identity)


@points("mlp_forward", 0.75)
def test_mlp_forward_with_two_layers(agree, draw):
    """The hidden layer reads X, the output layer reads what the hidden layer says; each uses its own activation."""
    for examples, sizes in ((2, [1, 3, 1]), (2, [3, 2, 4]), (5, [2, 4, 3])):
        X, params = draw(examples, sizes[0]), network(draw, sizes)
        agree.mlp_forward(X, params, bend, identity)
        agree.mlp_forward(X, params, relu, np.square)
        agree.mlp_forward(X, params, bend, share_of_the_row)


@points("mlp_forward", 0.75)
def test_mlp_forward_with_more_layers(agree, draw):
    """With three layers and with four, each reads what the layer before it says."""
    for examples, sizes in ((2, [3, 2, 4, 1]), (3, [2, 5, 4, 6]), (4, [2, 3, 5, 1, 2]), (2, [4, 1, 3, 2, 5])):
        agree.mlp_forward(draw(examples, sizes[0]), network(draw, sizes), bend, np.square)


@points("mlp_forward", 0.5)
def test_mlp_forward_of_a_square(agree, draw):
    """Rows are the examples when all sizes are equal, too."""
    for size, depth in ((2, 1), (2, 2), (3, 3), (3, 4)):
        agree.mlp_forward(draw(size, size), network(draw, [size] * (depth + 1)), bend, identity)


@points("mlp_forward", 0.5)
def test_mlp_forward_of_one_example_or_none(agree, draw):
    """A single example keeps its row, and no examples, shape (0, D), give no answers, in the cache as well."""
    for examples in (1, 0):
        for sizes in ([3, 2], [2, 3, 4], [3, 4, 1, 2]):
            X = draw(examples, sizes[0]) if examples else np.zeros((0, sizes[0]))
            agree.mlp_forward(X, network(draw, sizes), bend, share_of_the_row)


@points("mlp_forward", 0.75)
def test_mlp_forward_calls_each_activation_as_often_as_needed(student, reference, draw):
    """hidden is called once for each hidden layer, output once; each call sees all pre-activations of its layer."""
    for examples, sizes in ((2, [3, 2]), (2, [2, 3, 4]), (4, [3, 2, 4, 1]), (3, [2, 4, 3, 5, 2])):
        X, params, hidden, output = draw(examples, sizes[0]), network(draw, sizes), Spy(bend), Spy(np.square)
        student.mlp_forward(X, params, hidden, output)
        for name, spy, wanted in (("hidden", hidden, len(params) - 1), ("output", output, 1)):
            if len(spy.calls) != wanted:
                message = f"With {len(params)} layers of weights, {name} should be called {wanted} times."
                fail(message, got=len(spy.calls), want=wanted)
        _, cache = reference.mlp_forward(X, params, bend, np.square)
        for arguments, (_, Z) in zip([*hidden.calls, *output.calls], cache, strict=True):
            seen = as_floats(arguments[0]) if len(arguments) == 1 else None
            if seen is None or seen.shape != Z.shape or not close(seen, Z).all():
                fail("Each activation should see all pre-activations of its layer.", got=arguments[0], want=Z)


@points("mlp_forward", 0.5)
def test_mlp_forward_keeps_its_cache_from_activations_that_write(agree, draw):
    """The cache holds the pre-activations, even if an activation writes its answer into the array that it is given."""
    for sizes in ([3, 2], [2, 3, 2], [3, 2, 4, 2]):
        agree.mlp_forward(draw(3, sizes[0]), network(draw, sizes), bend_in_place, share_in_place)


@points("mlp_forward", 0.25)
def test_mlp_forward_of_views(agree, draw):
    """Transposed arrays and views such as X[::2] give the same answers."""
    params = [(draw(4, 3).T, draw.strided(4)), (draw.strided(4, 2), draw(2)), (draw.fortran(2, 5), draw.strided(5))]
    agree.mlp_forward(draw.strided(2, 3), params, bend, identity)
    agree.mlp_forward(draw(3, 5).T, params, bend, identity)
    agree.mlp_forward(draw.fortran(4, 3), params, bend, identity)


@points("mlp_forward", 0.5)
def test_mlp_forward_leaves_its_inputs_alone(student, reference, draw):
    """X, the weights, the biases and the list of layers are the same after the call as before."""
    for hidden, output in ((bend, np.square), (bend_in_place, share_in_place)):
        for sizes in ([3, 2], [2, 2, 2], [3, 3, 4, 2]):
            X, params = draw(3, sizes[0]), network(draw, sizes)
            want = reference.mlp_forward(X.copy(), [(W.copy(), b.copy()) for W, b in params], hidden, output)
            _, seen = student.mlp_forward.observe(X, params, hidden, output)  # here the cache may share memory with X
            if seen.changed:
                fail(f"The call changed its input {('X', 'params')[seen.changed[0]]}.")
            if hidden is bend:
                same(seen.value, want)
            else:  # what such an activation does to the cache is another test's subject
                same(answers_and_cache(seen.value)[0], want[0])


# --- collapse_linear: 4 points --------------------------------------------------------------------------------------


@points("collapse_linear", 0.75)
def test_collapse_linear_of_two_layers(agree, draw):
    """Two layers become one: its W is the product of both, and the first bias passes through the second layer."""
    for sizes in ([1, 2, 1], [3, 2, 4], [2, 5, 3]):
        agree.collapse_linear(network(draw, sizes))


@points("collapse_linear", 0.5)
def test_collapse_linear_of_a_square(agree, draw):
    """The order of the product matters, which shows when all matrices are square."""
    for size, depth in ((2, 2), (3, 2), (2, 3)):
        params = network(draw, [size] * (depth + 1))
        # triangles, one of each kind, do not commute: in another order the corners of the product change
        params[0] = (np.triu(np.abs(params[0][0])), params[0][1])
        params[1] = (np.tril(np.abs(params[1][0])), params[1][1])
        agree.collapse_linear(params)


@points("collapse_linear", 0.75)
def test_collapse_linear_of_more_layers(agree, draw):
    """Three layers, four layers, five layers: still one layer in the end."""
    for sizes in ([2, 3, 1, 2], [3, 2, 4, 1], [2, 4, 3, 5, 1], [3, 2, 1, 4, 2, 3]):
        agree.collapse_linear(network(draw, sizes))


@points("collapse_linear", 0.25)
def test_collapse_linear_of_one_layer(agree, draw):
    """A single layer is already what you want."""
    for sizes in ([3, 2], [1, 4]):
        agree.collapse_linear(network(draw, sizes))


@points("collapse_linear", 0.5)
def test_collapse_linear_keeps_the_first_bias(agree, draw):
    """A bias of the first layer passes through all later layers, also where those have biases of zero."""
    for sizes in ([2, 3, 2], [1, 2, 3, 2]):
        first, *later = network(draw, sizes)
        agree.collapse_linear([first, *((W, np.zeros_like(b)) for W, b in later)])


@points("collapse_linear", 0.75)
def test_collapse_linear_answers_as_the_network_does(student, draw):
    """For any X, X @ W + b is what the layers answer one after another."""
    for sizes in ([2, 3, 1], [3, 2, 4], [2, 4, 3, 2]):
        params, X = network(draw, sizes), draw(5, sizes[0])
        answer = student.collapse_linear(params)
        if not isinstance(answer, tuple | list) or len(answer) != 2:
            fail("The answer should be two arrays: W and b.", got=answer)
        W, b = map(as_floats, answer)
        if W is None or b is None or W.shape != (sizes[0], sizes[-1]) or b.shape != (sizes[-1],):
            fail(f"W should have shape {(sizes[0], sizes[-1])}, and b should have shape {(sizes[-1],)}.", got=answer)
        A = X
        for weights, biases in params:
            A = A @ weights + biases
        with np.errstate(all="ignore"):
            same(X @ W + b, A)


@points("collapse_linear", 0.25)
def test_collapse_linear_of_views(agree, draw):
    """Transposed arrays and views such as W[::2] give the same answers."""
    agree.collapse_linear(
        [(draw(4, 3).T, draw.strided(4)), (draw.strided(4, 2), draw(2)), (draw.fortran(2, 3), draw(3))]
    )


@points("collapse_linear", 0.25)
def test_collapse_linear_leaves_its_inputs_alone(student, reference, draw):
    """The layers are the same after the call as before, and the answers are new arrays."""
    for sizes in ([2, 3, 2], [2, 2, 2], [3, 3, 3, 3]):
        params = network(draw, sizes)
        want = reference.collapse_linear([(W.copy(), b.copy()) for W, b in params])
        same(leaves_inputs_alone(student.collapse_linear, params), want)


# --- count_regions_1d: 3 points. Joints are multiples of 1/2 and slopes are powers of 2: nothing is ever rounded -----


SLOPES = (-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0)


def bent_at(rng, joints):
    """One unit for each of these joints, with slopes of both signs, in any order."""
    slopes = rng.choice(SLOPES, len(joints))
    theta = np.column_stack([-np.asarray(joints) * slopes, slopes])
    return np.ascontiguousarray(rng.permutation(theta))


def places(rng, count):
    """Different places on the axis."""
    return rng.choice(np.arange(-9, 10), count, replace=False) / 2


def with_shared_joints(rng, joints, times):
    """Units of which several bend at the same place, with different slopes."""
    slopes = np.concatenate([rng.choice(SLOPES, times, replace=False) for _ in joints])
    return rng.permutation(np.column_stack([-np.repeat(joints, times) * slopes, slopes]))


def flat(draw, count):
    """Units with slope 0: above zero, below zero, and, from the third on, at exactly zero."""
    offsets = np.where(np.arange(count) < 2, np.abs(draw(count)) * (-1.0) ** np.arange(count), 0.0)
    return np.column_stack([offsets, np.zeros(count)])


@points("count_regions_1d", 0.25)
def test_count_regions_1d_of_one_unit(agree, rng):
    """One hidden unit has one joint, with a region on either side."""
    for _ in range(3):
        agree.count_regions_1d(bent_at(rng, places(rng, 1)))


@points("count_regions_1d", 0.75)
def test_count_regions_1d_of_different_joints(agree, rng):
    """Different joints divide the axis into one region more than there are joints."""
    for hidden in (2, 3, 5, 8):
        agree.count_regions_1d(bent_at(rng, places(rng, hidden)))


@points("count_regions_1d", 0.5)
def test_count_regions_1d_of_shared_joints(agree, rng):
    """Units that bend at the same place share their joint, whatever their slopes."""
    for joints, times in ((1, 2), (1, 3), (2, 2), (3, 4)):
        agree.count_regions_1d(with_shared_joints(rng, places(rng, joints), times))
    agree.count_regions_1d(with_shared_joints(rng, np.array([0.0, 1.5]), 3))


@points("count_regions_1d", 0.5)
def test_count_regions_1d_with_flat_units(agree, rng, draw):
    """A unit with slope 0 has no joint."""
    for flats, bent in ((1, 1), (2, 3), (3, 2), (4, 4)):
        theta = np.vstack([flat(draw, flats), bent_at(rng, places(rng, bent))])
        agree.count_regions_1d(theta)
        agree.count_regions_1d(np.ascontiguousarray(theta[::-1]))


@points("count_regions_1d", 0.25)
def test_count_regions_1d_of_flat_units_only(agree, draw):
    """If all units have slope 0, the whole axis is one region."""
    for hidden in (1, 2, 4):
        agree.count_regions_1d(flat(draw, hidden))


@points("count_regions_1d", 0.25)
def test_count_regions_1d_warns_of_nothing(student, reference, rng, draw):
    """A slope of 0 causes no warning of a division by zero."""
    for flats in (1, 3):
        theta = np.vstack([flat(draw, flats), bent_at(rng, places(rng, 2))])
        same(warns_nothing(student.count_regions_1d, theta), reference.count_regions_1d(theta))


@points("count_regions_1d", 0.25)
def test_count_regions_1d_of_views(agree, rng):
    """Transposed arrays and views such as theta[::2] give the same number."""
    theta = bent_at(rng, places(rng, 6))
    agree.count_regions_1d(theta[::2])
    agree.count_regions_1d(np.asfortranarray(theta))
    agree.count_regions_1d(theta[::-1])


@points("count_regions_1d", 0.25)
def test_count_regions_1d_leaves_its_input_alone(student, reference, rng, draw):
    """theta is the same after the call as before."""
    theta = np.vstack([flat(draw, 1), with_shared_joints(rng, places(rng, 2), 2)])
    same(leaves_inputs_alone(student.count_regions_1d, theta), reference.count_regions_1d(theta))


# --- depth_report: 1 point ------------------------------------------------------------------------------------------


def columns(draw, count):
    """A list of sizes."""
    return [int(size) for size in draw.integers(count, low=1, high=30)]


@points("depth_report", 0.25)
def test_depth_report_without_hidden_layers(agree, draw):
    """Inputs and outputs alone make a linear network: one layer of weights, no hidden layer."""
    agree.depth_report(columns(draw, 2))


@points("depth_report", 0.25)
def test_depth_report_with_one_hidden_layer(agree, draw):
    """One hidden layer makes a shallow network."""
    agree.depth_report(columns(draw, 3))


@points("depth_report", 0.25)
def test_depth_report_with_more_hidden_layers(agree, draw):
    """Two hidden layers or more make a deep network."""
    for count in (4, 5, 9):
        agree.depth_report(columns(draw, count))


@points("depth_report", 0.25)
def test_depth_report_leaves_its_sizes_alone(student, reference, draw):
    """The list of sizes is the same after the call as before, and the report is right for sizes that repeat."""
    for sizes in ([7, 7], [5, 5, 5], [3, 8, 8, 3], columns(draw, 6)):
        same(leaves_inputs_alone(student.depth_report, list(sizes)), reference.depth_report(list(sizes)))
