"""Hidden tests of the first network. Each docstring is the sentence that a student reads when the test fails."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from sklearn.datasets import load_digits

from autograder.testing import close, fail, leaves_inputs_alone, must_raise, points, same, warns_nothing


def seeded(rng):
    """A seed for the generator that is handed over."""
    return int(rng.integers(2**32))


def numbers(array):
    """Whether this is an array of numbers."""
    return isinstance(array, np.ndarray) and array.dtype.kind in "iuf"


def preactivations(X, params):
    """Z of every layer, with ReLU in between."""
    found, A = [], X
    for W, b in params:
        found.append(A @ W + b)
        A = np.maximum(found[-1], 0)
    return found


def draw_network(draw, sizes):
    """A network whose biases are all at least 0.2 away from zero."""
    return [
        (draw(D_in, D_out, low=-1.5, high=1.5), np.where(draw(D_out) > 0, 1, -1) * draw(D_out, low=0.2, high=0.9))
        for D_in, D_out in pairwise(sizes)
    ]


def is_telling(X, y, params, reference):
    """Whether a case lies away from ReLU's corner, with open and closed neurons, and with gradients one can see."""
    Z = preactivations(X, params)
    hidden = Z[:-1]
    if any(np.abs(z).min() < 1e-3 for z in hidden):
        return False
    if len(X) > 1 and any((z > 0).all() or (z < 0).all() for z in hidden):
        return False
    _, grads = reference.mlp_loss_and_grads(X, y, params)
    return all(np.abs(part).max() > 0.01 for pair in grads for part in pair)


def telling_case(draw, reference, rows, sizes, arrange=lambda array: array):
    """Examples, labels and a network on which no two ways of computing the gradient meet by luck."""
    while True:
        X, params = arrange(draw(rows, sizes[0], low=-2, high=2)), draw_network(draw, sizes)
        y = draw.integers(rows, low=1, high=sizes[-1]) - 1
        if is_telling(X, y, params, reference):
            return X, y, params


def descend(reference, params, X, y, lr, batches):
    """The network after a step for each batch (a list of row numbers), and the batches' losses."""
    losses = []
    for batch in batches:
        loss, grads = reference.mlp_loss_and_grads(X[list(batch)], y[list(batch)], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        losses.append(loss)
    return params, losses


def network_and_more(answer, sizes, what):
    """An answer as (params, more), or the end of the test if it is no network of these sizes with something beside."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        fail(f"The answer should be two things: the params and {what}.", got=answer)
    params, more = answer
    if not isinstance(params, tuple | list) or len(params) != len(sizes) - 1:
        fail(f"The params should be a list of {len(sizes) - 1} pairs (W, b), one a layer.", got=params)
    for pair, D_in, D_out in zip(params, sizes[:-1], sizes[1:], strict=True):
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(numbers(part) for part in pair):
            fail("Each layer should be a pair (W, b) of two arrays.", got=pair)
        if pair[0].shape != (D_in, D_out) or pair[1].shape != (D_out,):
            fail(
                f"A layer's W and b should have the shapes {(D_in, D_out)} and {(D_out,)}, "
                f"not {pair[0].shape} and {pair[1].shape}."
            )
        if not all(np.isfinite(part).all() for part in pair):
            fail("The params should be finite numbers.", got=pair)
    return params, more


def alike(params, others):
    """Whether two networks of the same sizes hold the same numbers, but for rounding."""
    pairs = zip(params, others, strict=True)
    return all(close(p, q).all() for one, other in pairs for p, q in zip(one, other, strict=True))


def equal(params, others):
    """Whether two networks of the same sizes hold exactly the same numbers."""
    pairs = zip(params, others, strict=True)
    return all(np.array_equal(p, q) for one, other in pairs for p, q in zip(one, other, strict=True))


# --- split: 2 points. Which rows are drawn is free, so the tests look at what every right split has in common --------


def numbered(rows):
    """Examples that carry their own number: row i is [10 i, 10 i + 1], and its label is i."""
    return np.arange(rows)[:, None] * 10.0 + np.arange(2), np.arange(rows)


def four_parts(answer):
    """An answer as X_train, X_test, y_train, y_test, or the end of the test if it is nothing of the kind."""
    if not isinstance(answer, tuple | list) or len(answer) != 4 or not all(numbers(part) for part in answer):
        fail("The answer should be four arrays: X_train, X_test, y_train, y_test.", got=answer)
    return answer


@points("split", 0.25)
def test_split_has_the_right_sizes(student, rng):
    """The four parts come in the order X_train, X_test, y_train, y_test, and have the right shapes."""
    for rows, share, tests in ((4, 0.25, 1), (10, 0.2, 2), (30, 0.9, 27), (5, 0.0, 0), (5, 1.0, 5)):
        parts = four_parts(student.split(*numbered(rows), share, np.random.default_rng(seeded(rng))))
        want = [(rows - tests, 2), (tests, 2), (rows - tests,), (tests,)]
        if [part.shape for part in parts] != want:
            fail("The four parts have other shapes than they should.", got=[part.shape for part in parts], want=want)


@points("split", 0.25)
def test_split_rounds(student, rng):
    """The number of test rows is rounded, up or down, as Python's round does it."""
    for rows, share in ((3, 0.5), (7, 0.4), (6, 0.3), (5, 0.5), (7, 0.5)):
        parts = four_parts(student.split(*numbered(rows), share, np.random.default_rng(seeded(rng))))
        if len(parts[1]) != round(rows * share):
            fail("That is not the right number of test rows.", got=len(parts[1]), want=round(rows * share))


@points("split", 0.25)
def test_split_uses_each_example_once(student, rng):
    """Each example is in the training data or in the test data, never in both, never in neither, never twice."""
    for rows, share in ((4, 0.5), (9, 0.3), (40, 0.25), (5, 0.0), (5, 1.0)):
        parts = four_parts(student.split(*numbered(rows), share, np.random.default_rng(seeded(rng))))
        labels = np.sort(np.concatenate([np.ravel(parts[2]), np.ravel(parts[3])]))
        same(labels.astype(float), np.arange(float(rows)))


@points("split", 0.5)
def test_split_keeps_rows_and_labels_together(student, rng):
    """Row and label stay a pair: X_train with y_train, and X_test with y_test."""
    for rows, share in ((4, 0.4), (25, 0.4), (60, 0.4), (6, 0.0)):
        parts = four_parts(student.split(*numbered(rows), share, np.random.default_rng(seeded(rng))))
        labels = np.concatenate([np.ravel(parts[2]), np.ravel(parts[3])])
        if len(labels) != rows or not np.isin(labels, np.arange(rows)).all():
            fail("In the four parts there are other labels than there were.", got=labels, want=np.arange(rows))
        for X, y in (parts[::2], parts[1::2]):
            same(X, np.asarray(y, dtype=float)[:, None] * 10.0 + np.arange(2))


@points("split", 0.25)
def test_split_draws_its_test_rows(student, rng):
    """The test rows come from all over the data: they are neither the first rows, nor the last, nor one block."""
    rows = 60
    labels = four_parts(student.split(*numbered(rows), 0.5, np.random.default_rng(seeded(rng))))[3]
    chosen = np.isin(np.arange(rows), labels)
    if np.sum(chosen != np.roll(chosen, 1)) <= 2:  # one block, perhaps around the corner; by luck once in 10^15 runs
        fail("The test rows are one block of the data, not drawn at random.", got=np.sort(labels))


@points("split", 0.25)
def test_split_listens_to_its_generator(student, rng):
    """A generator in the same state gives the same split, one in another state another."""
    data, seed = numbered(40), seeded(rng)
    first, again, other = (
        four_parts(student.split(*data, 0.5, np.random.default_rng(s))) for s in (seed, seed, seed + 1)
    )
    if not all(np.array_equal(a, b) for a, b in zip(first, again, strict=True)):
        fail("Twice the same generator in the same state, and two different splits.", got=again[3], want=first[3])
    if np.array_equal(np.sort(first[3]), np.sort(other[3])):
        fail("The generator was in another state, but the test rows are the same as before.", got=np.sort(other[3]))


@points("split", 0.25)
def test_split_leaves_its_inputs_alone(student, rng):
    """X and y are the same after the call as before, and the four parts are new arrays of the same types."""
    for rows, kind in ((4, np.float64), (12, np.float32), (8, np.int64)):
        X, y = numbered(rows)
        X = np.asfortranarray(X.astype(kind))
        parts = leaves_inputs_alone(student.split, X, y, 0.25, np.random.default_rng(seeded(rng)))
        types = [part.dtype for part in four_parts(parts)]
        if types != [X.dtype, X.dtype, y.dtype, y.dtype]:
            want = [X.dtype.name] * 2 + [y.dtype.name] * 2
            fail("The four parts have other types than X and y.", got=[found.name for found in types], want=want)
        same(np.sort(np.concatenate([part[:, 1] for part in parts[:2]])), X[:, 1])


# --- mlp_loss_and_grads: 5 points -----------------------------------------------------------------------------------


@points("mlp_loss_and_grads", 0.5)
def test_mlp_loss_and_grads_of_one_layer(agree, draw, reference):
    """Without a hidden layer, the loss and the gradients are those of softmax and cross-entropy."""
    for rows, sizes in ((1, [1, 2]), (2, [1, 2]), (3, [2, 4]), (5, [4, 3])):
        agree.mlp_loss_and_grads(*telling_case(draw, reference, rows, sizes))


@points("mlp_loss_and_grads", 1.0)
def test_mlp_loss_and_grads_of_one_hidden_layer(agree, draw, reference):
    """With one hidden layer, the loss and all four gradients are right."""
    for rows, sizes in ((2, [1, 2, 3]), (3, [2, 4, 3]), (6, [4, 3, 2]), (5, [3, 7, 4])):
        agree.mlp_loss_and_grads(*telling_case(draw, reference, rows, sizes))


@points("mlp_loss_and_grads", 1.0)
def test_mlp_loss_and_grads_of_a_deep_network(agree, draw, reference):
    """With two and three hidden layers, the gradients reach all the way down."""
    for rows, sizes in ((3, [2, 4, 5, 3]), (5, [3, 5, 4, 2]), (4, [2, 5, 6, 3, 2])):
        agree.mlp_loss_and_grads(*telling_case(draw, reference, rows, sizes))


@points("mlp_loss_and_grads", 0.5)
def test_mlp_loss_and_grads_of_equal_sizes(agree, draw, reference):
    """The gradients are right also when all sizes are equal, and a wrong axis or layer raises no error."""
    for rows, sizes in ((3, [3, 3, 3]), (4, [4, 4, 4, 4]), (5, [5, 5])):
        agree.mlp_loss_and_grads(*telling_case(draw, reference, rows, sizes))


@points("mlp_loss_and_grads", 0.5)
def test_mlp_loss_and_grads_of_one_example(agree, draw, reference):
    """A single example, shape (1, D), has a loss and gradients too."""
    for sizes in ([2, 3], [3, 4, 2], [2, 3, 4, 3]):
        agree.mlp_loss_and_grads(*telling_case(draw, reference, 1, sizes))


@points("mlp_loss_and_grads", 0.5)
def test_mlp_loss_and_grads_of_huge_scores(student, reference, draw):
    """Scores of plus and minus 1000 give a finite loss, without a floating-point warning."""
    for rows in (2, 5):
        X, y, b = draw(rows, 2), draw.integers(rows, low=1, high=3) - 1, draw(3, low=0.2, high=0.9)
        y[0] = 2 if X[0, 0] > 0 else 0
        params = [(np.array([[1000.0, 300.0, -1000.0], [2.0, -1.0, 0.5]]), b)]
        want = reference.mlp_loss_and_grads(X, y, params)
        same(warns_nothing(student.mlp_loss_and_grads, X, y, params), want)


@points("mlp_loss_and_grads", 0.25)
def test_mlp_loss_and_grads_in_the_corner_of_relu(agree, draw):
    """A hidden neuron whose pre-activation is exactly 0 passes nothing back."""
    for rows, inputs in ((1, 2), (3, 4)):
        hidden = draw(inputs, 3, low=-1, high=1), np.zeros(3)
        last = draw(3, 2, low=-1, high=1), draw(2, low=-0.9, high=0.9)
        agree.mlp_loss_and_grads(np.zeros((rows, inputs)), np.zeros(rows, dtype=int), [hidden, last])


@points("mlp_loss_and_grads", 0.25)
def test_mlp_loss_and_grads_of_views(agree, draw, reference):
    """Arrays in Fortran order and views such as X[::2], which are not contiguous in memory, change nothing."""
    for arrange in (np.asfortranarray, lambda X: np.repeat(X, 2, axis=0)[::2]):
        X, y, params = telling_case(draw, reference, 4, [3, 5, 2], arrange)
        agree.mlp_loss_and_grads(X, np.repeat(y, 2)[::2], [(np.asfortranarray(W), b) for W, b in params])


@points("mlp_loss_and_grads", 0.5)
def test_mlp_loss_and_grads_leaves_its_inputs_alone(student, reference, draw):
    """Examples, labels and network are the same after the call as before, and the gradients are new arrays."""
    for rows, sizes in ((3, [2, 3]), (4, [3, 4, 2])):
        X, y, params = telling_case(draw, reference, rows, sizes)
        for lowest in (None, -1000.0):  # a neuron that is closed by a bias which some would clip
            if lowest is not None and len(params) > 1:
                params[0][1][0] = lowest
            want = reference.mlp_loss_and_grads(X, y, params)
            same(leaves_inputs_alone(student.mlp_loss_and_grads, X, y, params), want)


# --- train_epoch: 3 points. Any order of the examples is right ------------------------------------------------------


def orders(rows, batch_size):
    """Every way to deal the rows into minibatches; within one, the order makes no difference."""
    dealt = set()
    for order in permutations(range(rows)):
        dealt.add(tuple(tuple(sorted(order[i : i + batch_size])) for i in range(0, rows, batch_size)))
    return sorted(dealt)


@points("train_epoch", 0.25)
def test_train_epoch_with_one_large_batch(student, reference, draw, rng):
    """When a minibatch holds all examples, an epoch is one step against the gradient."""
    for rows, batch_size, sizes in ((2, 2, [2, 3]), (3, 10, [2, 4, 3])):
        X, y, params = telling_case(draw, reference, rows, sizes)
        want, _ = descend(reference, params, X, y, 0.5, [range(rows)])
        answer = student.train_epoch(params, X, y, 0.5, batch_size, np.random.default_rng(seeded(rng)))
        same(network_and_more(answer, sizes, "the mean loss")[0], want)


@points("train_epoch", 0.75)
def test_train_epoch_takes_each_example_once(student, reference, draw, rng):
    """An epoch equals steps by hand: each example is in exactly one minibatch, with its own label, in some order."""
    for rows, batch_size, sizes in ((2, 1, [2, 3]), (3, 1, [2, 3, 2]), (4, 2, [3, 4, 2]), (5, 2, [2, 3, 4, 3])):
        X, y, params = telling_case(draw, reference, rows, sizes)
        answer = student.train_epoch(params, X, y, 0.5, batch_size, np.random.default_rng(seeded(rng)))
        got, _ = network_and_more(answer, sizes, "the mean loss")
        ways = [descend(reference, params, X, y, 0.5, batches)[0] for batches in orders(rows, batch_size)]
        if not any(alike(got, way) for way in ways):
            fail(
                "No order of the examples leads to these params; one order leads to the expected ones.",
                got=got,
                want=ways[0],
            )


@points("train_epoch", 0.5)
def test_train_epoch_takes_the_last_few_examples_too(student, reference, draw, rng):
    """There is one step for each minibatch, also for a last one that is smaller (here, all examples are the same)."""
    for rows, batch_size, steps in ((3, 2, 2), (5, 2, 3), (7, 3, 3), (6, 3, 2)):
        X, y, params = telling_case(draw, reference, 1, [2, 4, 3])
        X, y = np.repeat(X, rows, axis=0), np.repeat(y, rows)
        want, _ = descend(reference, params, X, y, 0.25, [[0]] * steps)
        answer = student.train_epoch(params, X, y, 0.25, batch_size, np.random.default_rng(seeded(rng)))
        same(network_and_more(answer, [2, 4, 3], "the mean loss")[0], want)


@points("train_epoch", 0.25)
def test_train_epoch_stands_still_without_a_learning_rate(student, reference, draw, rng):
    """With a learning rate of 0 the network stays as it is, and the mean loss is the loss of all examples."""
    for rows, batch_size in ((2, 1), (6, 2)):
        X, y, params = telling_case(draw, reference, rows, [2, 3, 2])
        answer = student.train_epoch(params, X, y, 0.0, batch_size, np.random.default_rng(seeded(rng)))
        got, mean_loss = network_and_more(answer, [2, 3, 2], "the mean loss")
        same(got, params)
        same(mean_loss, reference.mlp_loss_and_grads(X, y, params)[0])


@points("train_epoch", 0.25)
def test_train_epoch_returns_the_mean_of_the_losses(student, reference, draw, rng):
    """The mean loss is taken over all minibatches, each measured just before its own step."""
    for rows, batch_size in ((2, 1), (6, 2)):
        X, y, params = telling_case(draw, reference, 1, [2, 4, 3])
        X, y = np.repeat(X, rows, axis=0), np.repeat(y, rows)
        _, losses = descend(reference, params, X, y, 0.25, [[0]] * (rows // batch_size))
        answer = student.train_epoch(params, X, y, 0.25, batch_size, np.random.default_rng(seeded(rng)))
        same(network_and_more(answer, [2, 4, 3], "the mean loss")[1], float(np.mean(losses)))


@points("train_epoch", 0.5)
def test_train_epoch_shuffles_with_its_generator(student, reference, draw, rng):
    """A generator in the same state gives the same epoch, and generators in other states give other orders."""
    sizes = [2, 4, 3]
    while True:
        X, y, params = telling_case(draw, reference, 6, sizes)
        ways = [descend(reference, params, X, y, 0.5, [[i] for i in order])[0] for order in (range(6), range(6)[::-1])]
        if not alike(*ways):
            break
    seed = seeded(rng)
    answers = [student.train_epoch(params, X, y, 0.5, 1, np.random.default_rng(seed + i)) for i in (0, 0, *range(1, 8))]
    first, again, *others = (network_and_more(answer, sizes, "the mean loss")[0] for answer in answers)
    if not equal(first, again):
        fail("Twice the same generator in the same state, and two different epochs.", got=again, want=first)
    if all(alike(first, other) for other in others):  # eight times the same order of six: once in 10^20 runs
        fail("Eight generators in different states, and always the same order of the examples.", got=first)


@points("train_epoch", 0.5)
def test_train_epoch_leaves_its_inputs_alone(student, reference, draw, rng):
    """Network, examples and labels are the same after the call as before, and the new network is made of new arrays."""
    for rows, batch_size, sizes in ((2, 2, [2, 3]), (4, 4, [3, 4, 2])):
        X, y, params = telling_case(draw, reference, rows, sizes)
        generator = np.random.default_rng(seeded(rng))
        answer = leaves_inputs_alone(student.train_epoch, params, X, y, 0.5, batch_size, generator)
        want, _ = descend(reference, params, X, y, 0.5, [range(rows)])
        same(network_and_more(answer, sizes, "the mean loss")[0], want)


# --- fit: 4 points. Which numbers are drawn is free: the tests start from the student's own first weights ------------

STARTS = 12  # a right answer's neurons are all closed for the only example once in eight starts


def fitted(student, sizes, *data, seed, **how):
    """The params and the history that the student's fit returns for a generator with this seed."""
    X, y, lr, epochs = data
    answer = student.fit(X, y, sizes, lr, epochs, np.random.default_rng(seed), **how)
    params, history = network_and_more(answer, sizes, "the history")
    if not isinstance(history, tuple | list):
        fail("The history should be a list of numbers.", got=history)
    if len(history) != epochs:
        fail("The history should have one number for each epoch.", got=len(history), want=epochs)
    return params, list(history)


def has_something_to_learn(reference, start, X, y, lr):
    """Whether one step moves some weights of every layer by more than answers may differ."""
    _, grads = reference.mlp_loss_and_grads(X, y, start)
    return all(
        (np.abs(lr * dW) > 10 * (1e-8 + 1e-6 * np.abs(W))).any() for (W, _), (dW, _) in zip(start, grads, strict=True)
    )


def beginning(student, reference, draw, rng, sizes, rows, lr, copies=1, **how):
    """Examples, labels, a seed, and the student's own first weights for it, from which every layer learns.

    Each of the ``rows`` examples is there ``copies`` times. What these weights are is the student's choice, so weights
    from which some layer never learns, such as zeros, must not be what the training is judged by.
    """
    for _ in range(STARTS):
        (X, y), seed = points_of(draw, rows, sizes), seeded(rng)
        X, y = np.repeat(X, copies, axis=0), np.repeat(y, copies)
        start, _ = fitted(student, sizes, X, y, lr, 0, seed=seed, **how)
        if has_something_to_learn(reference, start, X, y, lr):
            return X, y, seed, start
    fail("From first weights like these, a layer learns nothing: its gradient is zero.", got=start)


def points_of(draw, rows, sizes):
    """A few examples and labels that fit a network of these sizes."""
    return draw(rows, sizes[0], low=-1, high=1), draw.integers(rows, low=1, high=sizes[-1]) - 1


@points("fit", 0.5)
def test_fit_builds_a_network_of_the_right_sizes(student, draw, rng):
    """With 0 epochs, it returns a network with the right shapes whose biases are 0, and an empty history."""
    for sizes in ([3, 2], [2, 5, 3], [3, 4, 4, 5, 2]):
        params, _ = fitted(student, sizes, *points_of(draw, 4, sizes), 0.5, 0, seed=seeded(rng))
        for _, b in params:
            same(b, np.zeros_like(b))


@points("fit", 0.5)
def test_fit_draws_weights_of_the_right_scale(student, draw, rng):
    """Before training, the weights of each layer have mean 0 and variance 2 / D_in, and no two neurons are twins."""
    sizes = [200, 100, 60]
    params, _ = fitted(student, sizes, *points_of(draw, 1, sizes), 0.5, 0, seed=seeded(rng))
    for W, _ in params:
        scale, mean, std = np.sqrt(2 / len(W)), float(np.mean(W)), float(np.std(W))
        if not abs(std - scale) < 6 * scale / np.sqrt(2 * W.size):  # six standard errors: once in 10^8 runs
            fail(f"The standard deviation of the {W.size} weights of a layer is off.", got=std, want=float(scale))
        if not abs(mean) < 6 * scale / np.sqrt(W.size):
            fail(f"The mean of the {W.size} weights of a layer is too far from 0.", got=mean, want=0.0)
        if np.unique(W, axis=1).shape != W.shape:
            fail("Two neurons of a layer start with the same weights: they will never differ.")


@points("fit", 0.75)
def test_fit_takes_the_steps(student, reference, draw, rng):
    """With one large minibatch, each epoch is one step against the gradient, from where the last one ended."""
    for epochs, sizes in ((1, [2, 3]), (2, [2, 4, 3]), (4, [3, 5, 4, 2])):
        X, y, seed, start = beginning(student, reference, draw, rng, sizes, 6, 0.5, batch_size=6)
        want, losses = descend(reference, start, X, y, 0.5, [range(6)] * epochs)
        params, history = fitted(student, sizes, X, y, 0.5, epochs, seed=seed, batch_size=6)
        same(params, want)
        same(history, losses)


@points("fit", 0.5)
def test_fit_uses_its_batch_size(student, reference, draw, rng):
    """An epoch has a step for each minibatch, of 32 examples if nothing else is asked for (here, all are the same)."""
    sizes = [2, 3, 2]
    for rows, how, steps in ((6, {"batch_size": 3}, 2), (5, {"batch_size": 2}, 3), (32, {}, 1), (33, {}, 2)):
        X, y, seed, start = beginning(student, reference, draw, rng, sizes, 1, 0.25, copies=rows, **how)
        want, _ = descend(reference, start, X, y, 0.25, [[0]] * steps)
        same(fitted(student, sizes, X, y, 0.25, 1, seed=seed, **how)[0], want)


@points("fit", 0.5)
def test_fit_keeps_the_mean_loss_of_each_epoch(student, reference, draw, rng):
    """The history holds the mean loss of each epoch's minibatches, not only the last one's."""
    sizes, rows, epochs = [2, 3, 2], 6, 3
    X, y, seed, start = beginning(student, reference, draw, rng, sizes, 1, 0.5, copies=rows, batch_size=2)
    _, losses = descend(reference, start, X, y, 0.5, [[0]] * (3 * epochs))
    history = fitted(student, sizes, X, y, 0.5, epochs, seed=seed, batch_size=2)[1]
    same(history, [float(np.mean(losses[3 * i : 3 * i + 3])) for i in range(epochs)])


def order_of(reference, before, after, X, y, lr):
    """The order of the examples, one a step, that leads from one network to the other; None where there is no such."""
    for order in permutations(range(len(X))):
        if alike(descend(reference, before, X, y, lr, [[row] for row in order])[0], after):
            return order
    return None


@points("fit", 0.5)
def test_fit_listens_to_its_generator(student, reference, draw, rng):
    """The same generator twice gives the same result, another state another one, and each epoch has its own order."""
    sizes, seed = [2, 3, 2], seeded(rng)
    X, y = points_of(draw, 5, sizes)
    first, again, other = (fitted(student, sizes, X, y, 0.5, 2, seed=s, batch_size=2) for s in (seed, seed, seed + 1))
    if not equal(first[0], again[0]) or first[1] != again[1]:
        fail("Twice the same generator in the same state, and two different results.", got=again[0], want=first[0])
    if equal(first[0], other[0]):
        fail("The generator was in another state, but the network is the same as before.", got=other[0])
    X, y = np.round(rng.uniform(-1, 1, (4, 2)), 3), np.array([0, 1, 1, 0])
    states = [fitted(student, [2, 2], X, y, 0.5, epochs, seed=seed, batch_size=1)[0] for epochs in range(7)]
    orders = [order_of(reference, *pair, X, y, 0.5) for pair in pairwise(states)]
    if None not in orders and len(set(orders)) == 1:  # six fair shuffles are equal less than once in 10^6 runs
        fail("The examples come in the same order in every epoch.", got=orders[0])


@points("fit", 0.25)
def test_fit_leaves_its_inputs_alone(student, draw, rng):
    """Examples, labels and the list of sizes are the same after the call as before."""
    sizes = [2, 4, 3]
    (X, y), seed = points_of(draw, 5, sizes), seeded(rng)
    answer = leaves_inputs_alone(student.fit, X, y, sizes, 0.5, 2, np.random.default_rng(seed), batch_size=2)
    network_and_more(answer, [2, 4, 3], "the history")


ATTEMPTS = 4


def standardised_digits():
    """One fixed split of the digits, three quarters for training, standardised: X_train, X_test, y_train, y_test."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    test, train = order[:449], order[449:]
    mean, std = digits.data[train].mean(axis=0), digits.data[train].std(axis=0)
    X = (digits.data - mean) / np.where(std == 0, 1, std)
    return X[train], X[test], digits.target[train], digits.target[test]


@points("fit", 0.5, seconds=20)
def test_fit_reads_digits(student, rng):
    """A network [64, 64, 10] reads at least 95 % of digits it has never seen (lr 0.2, 40 epochs, minibatches of 32)."""
    X_train, X_test, y_train, y_test = standardised_digits()
    best = 0.0
    for _ in range(ATTEMPTS):  # one attempt of a right answer falls short less than once in fifty; all four, never
        params, _ = fitted(student, [64, 64, 10], X_train, y_train, 0.2, 40, seed=seeded(rng), batch_size=32)
        best = max(best, float(np.mean(preactivations(X_test, params)[-1].argmax(axis=1) == y_test)))
        if best >= 0.95:
            return
    fail(f"In {ATTEMPTS} attempts, the best accuracy on the test digits is too low.", got=best, want=0.95)


# --- predict: 2 points. No two scores of an example are equal -------------------------------------------------------


def clear_case(draw, rows, sizes, low=-2.0):
    """Examples and a network whose best score is ahead in every row; more than one class is predicted if possible."""
    while True:
        X, params = draw(rows, sizes[0], low=low, high=2), draw_network(draw, sizes)
        Z = preactivations(X, params)
        best = np.sort(Z[-1], axis=1)
        several = len(set(Z[-1].argmax(axis=1))) > 1 or rows == 1
        if (best[:, -1] - best[:, -2]).min() > 0.01 and several and not any((z > 0).all() for z in Z[:-1]):
            return X, params


@points("predict", 0.25)
def test_predict_with_one_layer(agree, draw):
    """Without a hidden layer, each row gets the number of its largest score."""
    for rows, sizes in ((2, [1, 2]), (3, [2, 4]), (6, [4, 3])):
        agree.predict(*clear_case(draw, rows, sizes))


@points("predict", 0.5)
def test_predict_with_a_hidden_layer(agree, draw):
    """Hidden layers use ReLU, and the last layer does not."""
    for rows, sizes in ((4, [2, 3, 2]), (20, [2, 4, 3]), (30, [3, 5, 4])):
        agree.predict(*clear_case(draw, rows, sizes))


@points("predict", 0.25)
def test_predict_with_many_layers(agree, draw):
    """Two and three hidden layers work the same way."""
    for rows, sizes in ((4, [2, 3, 4, 3]), (25, [3, 4, 5, 4, 3])):
        agree.predict(*clear_case(draw, rows, sizes))


@points("predict", 0.25)
def test_predict_when_all_scores_are_negative(agree, draw):
    """The largest score wins, also when all of them are below zero."""
    for rows in (2, 5):
        X, W = draw(rows, 2, low=0.5, high=2), draw(2, 3, low=-0.9, high=-0.1)
        for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
            agree.predict(X, [(np.eye(2), np.ones(2)), (W, np.array([-30.0, -20.0, -10.0])[list(order)])])


@points("predict", 0.25)
def test_predict_of_equal_sizes(agree, draw):
    """Rows stay the examples when there are as many examples as classes."""
    for size in (2, 3, 5):
        agree.predict(*clear_case(draw, size, [size, size]))
        agree.predict(*clear_case(draw, size, [size, size, size]))


@points("predict", 0.25)
def test_predict_of_one_example_and_of_none(agree, draw):
    """One example gives shape (1,), and no examples give shape (0,)."""
    X, params = clear_case(draw, 1, [2, 3, 4])
    agree.predict(X, params)
    agree.predict(X[:0], params)


@points("predict", 0.25)
def test_predict_leaves_its_inputs_alone(student, reference, draw):
    """Examples and network, views such as X[::2] too, are the same after the call as before."""
    X, params = clear_case(draw, 5, [2, 4, 3])
    for view in (np.repeat(X, 2, axis=0)[::2], np.asfortranarray(X)):
        same(leaves_inputs_alone(student.predict, view, params), reference.predict(X, params))


# --- accuracy: 1 point ----------------------------------------------------------------------------------------------


def guesses(rng, rows, classes, right):
    """True labels, and predictions of which exactly so many are right."""
    y = rng.integers(0, classes, rows)
    wrong = np.arange(rows) >= right
    return y, np.where(rng.permutation(wrong), (y + rng.integers(1, classes, rows)) % classes, y)


@points("accuracy", 0.25)
def test_accuracy_is_the_share_of_right_predictions(agree, rng):
    """The accuracy is the share of the examples whose predicted label is the true one."""
    for rows, right in ((2, 1), (3, 1), (5, 4), (8, 3), (40, 29)):
        agree.accuracy(*guesses(rng, rows, 4, right))


@points("accuracy", 0.25)
def test_accuracy_of_all_and_of_none(agree, rng):
    """All right is 1.0, and all wrong is 0.0."""
    for rows in (1, 2, 7):
        agree.accuracy(*guesses(rng, rows, 3, rows))
        agree.accuracy(*guesses(rng, rows, 3, 0))


@points("accuracy", 0.25)
def test_accuracy_refuses_columns(student, rng):
    """Labels or predictions of shape (I, 1), or both, raise ValueError."""
    student.accuracy(np.arange(3), np.arange(3))
    for rows in (2, 5):
        y, yhat = guesses(rng, rows, 3, 1)
        must_raise(ValueError, student.accuracy, y, yhat[:, None])
        must_raise(ValueError, student.accuracy, y[:, None], yhat)
        must_raise(ValueError, student.accuracy, y[:, None], yhat[:, None])


@points("accuracy", 0.25)
def test_accuracy_leaves_its_inputs_alone(student, reference, rng):
    """Labels and predictions, views such as y[::2] too, are the same after the call as before."""
    for rows, right in ((4, 3), (9, 2)):
        y, yhat = guesses(rng, rows, 10, right)
        got = leaves_inputs_alone(student.accuracy, np.repeat(y, 2)[::2], np.repeat(yhat, 3)[::3])
        same(got, reference.accuracy(y, yhat))


# --- confusion_matrix: 3 points -------------------------------------------------------------------------------------


@points("confusion_matrix", 0.25)
def test_confusion_matrix_of_one_example(agree, rng):
    """One example makes one entry: its row is the true class, and its column the predicted one."""
    for K in (2, 3, 5):
        true, guess = rng.choice(K, 2, replace=False)
        agree.confusion_matrix(np.array([true]), np.array([guess]), K)


@points("confusion_matrix", 0.5)
def test_confusion_matrix_of_repeated_pairs(agree, rng):
    """A pair of true and predicted class that occurs many times is counted each time."""
    for K, times in ((2, 2), (3, 5), (4, 12)):
        true, guess = rng.choice(K, 2, replace=False)
        agree.confusion_matrix(np.full(times, true), np.full(times, guess), K)


@points("confusion_matrix", 0.75)
def test_confusion_matrix_of_many_examples(agree, rng):
    """Each example is counted once, in the row of its true class and the column of its predicted one."""
    for rows, K in ((6, 2), (12, 3), (60, 4), (300, 10)):
        y, yhat = guesses(rng, rows, K, rows // 2)
        y[0], yhat[0], y[1], yhat[1], y[2], yhat[2] = 0, K - 1, 0, K - 1, K - 1, K - 1
        agree.confusion_matrix(y, yhat, K)


@points("confusion_matrix", 0.5)
def test_confusion_matrix_with_absent_classes(agree, rng):
    """A class that occurs nowhere, the last one too, has its row and its column of zeros."""
    for rows, classes, K in ((3, 2, 3), (8, 2, 5), (20, 4, 10)):
        y, yhat = guesses(rng, rows, classes, rows // 3)
        agree.confusion_matrix(y, yhat, K)


@points("confusion_matrix", 0.25)
def test_confusion_matrix_of_right_predictions(agree, rng):
    """When all predictions are right, the counts stand on the diagonal."""
    for rows, K in ((3, 2), (30, 4)):
        y = rng.integers(0, K, rows)
        agree.confusion_matrix(y, y.copy(), K)


@points("confusion_matrix", 0.25)
def test_confusion_matrix_of_no_examples(agree):
    """Without any examples, all counts are 0."""
    for K in (1, 2, 4):
        agree.confusion_matrix(np.zeros(0, dtype=int), np.zeros(0, dtype=int), K)


@points("confusion_matrix", 0.5)
def test_confusion_matrix_leaves_its_inputs_alone(student, reference, rng):
    """Labels and predictions, views such as y[::2] too, are the same after the call as before."""
    for rows, K in ((5, 3), (20, 6)):
        y, yhat = guesses(rng, rows, K, rows // 2)
        got = leaves_inputs_alone(student.confusion_matrix, np.repeat(y, 2)[::2], np.repeat(yhat, 3)[::3], K)
        same(got, reference.confusion_matrix(y, yhat, K))
