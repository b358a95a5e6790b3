"""Wrong answers to the exercises of the training, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- numerical_grad -------------------------------------------------------------------------------------------------


@mistake("numerical_grad", hint="Try t**3 at t = 2 with h = 1: do you look to both sides of theta, or to one?")
def looks_forward_only(f, theta, h=1e-5):
    """a forward difference, which looks to one side of theta only"""
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        moved = theta.astype(float)
        moved[k] += h
        grad[k] = (f(moved) - f(theta)) / h
    return grad


@mistake("numerical_grad", hint="Print theta after your call: is it still the old theta?")
def leaves_theta_perturbed(f, theta, h=1e-5):
    """central differences that move the caller's theta and never put it back"""
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        theta[k] += h
        up = f(theta)
        theta[k] -= 2 * h
        down = f(theta)
        grad[k] = (up - down) / (2 * h)
    return grad


@mistake("numerical_grad", hint="What does an array of whole numbers hold after you have added 0.00001 to one of them?")
def cuts_h_off(f, theta, h=1e-5):
    """central differences in an array of whole numbers, which cuts h off"""
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[k] = theta[k] + h
        down[k] = theta[k] - h
        grad[k] = (f(up) - f(down)) / (2 * h)
    return grad


@mistake("numerical_grad", hint="From theta - h to theta + h: how far is that?")
def divides_by_h(f, theta, h=1e-5):
    """central differences that are divided by h instead of 2h"""
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        up, down = theta.astype(float), theta.astype(float)
        up[k] += h
        down[k] -= h
        grad[k] = (f(up) - f(down)) / h
    return grad


@mistake("numerical_grad", hint="If all entries move at once, whose slope do you measure?")
def moves_all_entries_at_once(f, theta, h=1e-5):
    """one difference for all entries, which move together"""
    return np.full(theta.shape, (f(theta + h) - f(theta - h)) / (2 * h))


@mistake("numerical_grad", hint="Which h does your function use when the caller asks for h=0.5?")
def uses_its_own_h(f, theta, h=1e-5):
    """central differences with an h of their own, whatever the caller asks for"""
    grad = np.zeros(theta.shape)
    for k in np.ndindex(theta.shape):
        up, down = theta.astype(float), theta.astype(float)
        up[k] += 1e-6
        down[k] -= 1e-6
        grad[k] = (f(up) - f(down)) / 2e-6
    return grad


# --- linear_mse_grad ------------------------------------------------------------------------------------------------


@mistake("linear_mse_grad", hint="What is the derivative of the square of the error, and where has its 2 gone?")
def forgets_the_two(X, y, w, b):
    """slopes without the factor 2 of the squares"""
    error = X @ w + b - y
    return X.T @ error / len(y), float(np.mean(error))


@mistake("linear_mse_grad", hint="Give every example twice: should the slope of a mean double?")
def forgets_the_mean(X, y, w, b):
    """slopes of the sum of squares, without the 1/I"""
    error = X @ w + b - y
    return 2 * X.T @ error, float(2 * np.sum(error))


@mistake("linear_mse_grad", hint="If the model says too much, in which direction does the loss grow with b?")
def turns_the_error_around(X, y, w, b):
    """slopes with y - f where f - y belongs, so that they point downhill"""
    error = y - (X @ w + b)
    return 2 * X.T @ error / len(y), float(2 * np.mean(error))


@mistake("linear_mse_grad", hint="Print the shape of the error: one number for each example, or a table?")
def broadcasts_to_a_table(X, y, w, b):
    """slopes made from predictions (I, 1) minus measurements (I,), a table of I x I differences"""
    error = X @ w.reshape(-1, 1) + b - y
    return 2 * X.T @ error / len(y), float(2 * np.mean(error))


@mistake("linear_mse_grad", hint="Does the prediction inside your error know of b?")
def predicts_without_the_bias(X, y, w, b):
    """slopes of a line through the origin, without its bias"""
    error = X @ w - y
    return 2 * X.T @ error / len(y), float(2 * np.mean(error))


# --- logistic_grad --------------------------------------------------------------------------------------------------


@mistake("logistic_grad", hint="Work out d loss/dz before multiplying.")
def multiplies_by_the_slope_of_the_sigmoid(X, y, w, b):
    """slopes with an extra factor p (1 - p), which the logarithm has already cancelled"""
    p = 0.5 * (1.0 + np.tanh(0.5 * (X @ w + b)))
    error = (p - y) * p * (1.0 - p)
    return X.T @ error / len(y), float(np.mean(error))


@mistake("logistic_grad", hint="If p is too large, should a larger b make the loss grow or fall?")
def subtracts_the_probability(X, y, w, b):
    """slopes with y - p where p - y belongs"""
    p = 0.5 * (1.0 + np.tanh(0.5 * (X @ w + b)))
    return X.T @ (y - p) / len(y), float(np.mean(y - p))


@mistake("logistic_grad", hint="Give every example twice: should the slope of a mean double?")
def sums_over_the_examples(X, y, w, b):
    """slopes of the sum of the cross-entropies, without the 1/I"""
    p = 0.5 * (1.0 + np.tanh(0.5 * (X @ w + b)))
    return X.T @ (p - y), float(np.sum(p - y))


@mistake("logistic_grad", hint="How large is exp(-z) when z is -1000?")
def overflows_in_the_sigmoid(X, y, w, b):
    """slopes with 1 / (1 + exp(-z)) as in the book, which overflows"""
    p = 1.0 / (1.0 + np.exp(-(X @ w + b)))
    return X.T @ (p - y) / len(y), float(np.mean(p - y))


@mistake("logistic_grad", hint="Which number do you compare with the label: the pre-activation, or the probability?")
def forgets_the_sigmoid(X, y, w, b):
    """slopes with the pre-activation z in the place of the probability p"""
    z = X @ w + b
    return X.T @ (z - y) / len(y), float(np.mean(z - y))


# --- dense_backward -------------------------------------------------------------------------------------------------


@mistake("dense_backward", hint="Write the shapes below your products: which axis disappears, and is it I?")
def multiplies_weights_and_slopes_crosswise(dZ, X, W):
    """slopes of the weights as X @ dZ.T, which adds up over the wrong axis"""
    return dZ @ W.T, X @ dZ.T, dZ.sum(axis=0)


@mistake("dense_backward", hint="Each example pulls at b: do their pulls add up here, or are they averaged?")
def averages_the_slopes_of_the_biases(dZ, X, W):
    """slopes of the biases that are averaged over the examples instead of added up"""
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0) / max(len(dZ), 1)


@mistake("dense_backward", hint="Print the shape of db beside the shape of b.")
def keeps_an_axis_in_db(dZ, X, W):
    """slopes of the biases as one row of shape (1, D_out)"""
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@mistake("dense_backward", hint="The 1/I of the mean is already in dZ: how many times should it be there?")
def divides_by_the_examples_again(dZ, X, W):
    """slopes of weights and biases that are divided by I a second time"""
    examples = max(len(X), 1)
    return dZ @ W.T, X.T @ dZ / examples, dZ.sum(axis=0) / examples


@mistake("dense_backward", hint="Does an input meet one weight on its way forward, or a whole row of them?")
def multiplies_elementwise(dZ, X, W):
    """slopes that are multiplied entry by entry instead of as matrices"""
    return dZ * W, X * dZ, dZ.sum(axis=0)


@mistake("dense_backward", hint="W leads from D_in to D_out: which way do the slopes go?")
def forgets_to_transpose_the_weights(dZ, X, W):
    """slopes of the inputs that pass through W instead of its transpose"""
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@mistake("dense_backward", hint="How many biases has the layer, and how many slopes do you return for them?")
def adds_up_all_of_dz(dZ, X, W):
    """slopes of the biases that are added up into one number"""
    return dZ @ W.T, X.T @ dZ, np.sum(dZ)


@mistake("dense_backward", hint="One bias serves all examples of its neuron: along which axis do you add?")
def adds_along_the_neurons(dZ, X, W):
    """slopes of the biases with one number for each example, added along the wrong axis"""
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=1)


@mistake("dense_backward", hint="One bias serves all examples: what becomes of the slopes from all of them?")
def hands_dz_on_as_db(dZ, X, W):
    """slopes of the biases that are dZ itself, not added up over the examples"""
    return dZ @ W.T, X.T @ dZ, dZ.copy()


# --- softmax_ce_grad ------------------------------------------------------------------------------------------------


@mistake("softmax_ce_grad", hint="Print Z again after your call: are they still the old scores?")
def subtracts_in_the_callers_array(Z, y):
    """slopes that subtract each row's largest score in the caller's own array"""
    Z -= Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P / len(y)


@mistake("softmax_ce_grad", hint="Give every example twice: each of them should now pull half as much.")
def forgets_to_average(Z, y):
    """slopes of the sum of the cross-entropies, without the 1/I"""
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P


@mistake("softmax_ce_grad", hint="Should a larger score for the right class make the loss grow or fall?")
def turns_the_difference_around(Z, y):
    """slopes with Y - P where P - Y belongs"""
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    return (np.eye(Z.shape[1])[y] - P) / len(y)


@mistake("softmax_ce_grad", hint="Which axis holds the classes? The probabilities of every example must add up to 1.")
def takes_the_softmax_of_columns(Z, y):
    """slopes with a softmax over the examples instead of the classes"""
    P = np.exp(Z - Z.max(axis=0))
    P /= P.sum(axis=0)
    P[np.arange(len(y)), y] -= 1.0
    return P / len(y)


@mistake("softmax_ce_grad", hint="How large is exp(1000), and what can you subtract from a row beforehand?")
def overflows_in_the_softmax(Z, y):
    """slopes whose softmax overflows, as nothing is subtracted before the exponential"""
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P / len(y)


@mistake("softmax_ce_grad", hint="A mean over the examples: by which of the two numbers of the shape do you divide?")
def divides_by_all_entries(Z, y):
    """slopes that are divided by I times K instead of I"""
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P / P.size


@mistake("softmax_ce_grad", hint="Subtract each row's own max.")
def subtracts_one_maximum_from_all(Z, y):
    """slopes whose softmax subtracts one maximum from all rows"""
    P = np.exp(Z - Z.max())
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P / len(y)


@mistake("softmax_ce_grad", hint="A mean over the examples: is their number the rows or the columns of Z?")
def divides_by_the_classes(Z, y):
    """slopes that are divided by the number of classes instead of the number of examples"""
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1.0
    return P / Z.shape[1]


@mistake("softmax_ce_grad", hint="Does each row of probabilities add up to 1?")
def shares_one_among_all_rows(Z, y):
    """slopes whose softmax is taken over the whole array at once"""
    P = np.exp(Z - Z.max())
    P /= P.sum()
    P[np.arange(len(y)), y] -= 1.0
    return P / len(y)


# --- gd_step --------------------------------------------------------------------------------------------------------


@mistake("gd_step", hint="The slope points uphill: which way do you want to go?")
def climbs(params, grads, lr):
    """a step that adds the slope and so climbs"""
    return [(W + lr * dW, b + lr * db) for (W, b), (dW, db) in zip(params, grads)]


@mistake("gd_step", hint="Print the old parameters after the step: are they still the old ones?")
def steps_in_place(params, grads, lr):
    """a step that overwrites the old parameters"""
    for (W, b), (dW, db) in zip(params, grads):
        W -= lr * dW
        b -= lr * db
    return params


@mistake("gd_step", hint="Which of the two parameters of a layer never moves?")
def moves_the_weights_only(params, grads, lr):
    """a step in which the biases stay where they are"""
    return [(W - lr * dW, b.copy()) for (W, b), (dW, db) in zip(params, grads)]


@mistake("gd_step", hint="What does a function hand back when it has no `return`?")
def returns_no_parameters(params, grads, lr):
    """a step that computes the new parameters and returns nothing"""
    new = []
    for (W, b), (dW, db) in zip(params, grads):
        new.append((W - lr * dW, b - lr * db))


@mistake("gd_step", hint="What should happen to a step when the learning rate is halved?")
def ignores_the_learning_rate(params, grads, lr):
    """a step of full size, whatever the learning rate"""
    return [(W - dW, b - db) for (W, b), (dW, db) in zip(params, grads)]


@mistake("gd_step", hint="Where does your loop start: is the first layer trained at all?")
def leaves_the_first_layer(params, grads, lr):
    """a step that leaves the first layer as it is"""
    later = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params[1:], grads[1:])]
    return [(W.copy(), b.copy()) for W, b in params[:1]] + later


# --- minibatches ----------------------------------------------------------------------------------------------------


@mistake("minibatches", hint="Seven examples in batches of three: where is the seventh?")
def drops_the_last_batch(X, y, batch_size, rng):
    """batches without the last, smaller one"""
    order = rng.permutation(len(X))
    for start in range(0, len(X) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@mistake("minibatches", hint="Does label 7 still sit next to its picture?")
def shuffles_separately(X, y, batch_size, rng):
    """batches in which examples and labels are shuffled separately"""
    X, y = rng.permutation(X), rng.permutation(y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@mistake("minibatches", hint="Count how often each example appears: may one come twice, and another not at all?")
def draws_with_replacement(X, y, batch_size, rng):
    """batches drawn with replacement, in which some examples come twice and others never"""
    for start in range(0, len(X), batch_size):
        rows = rng.integers(0, len(X), min(batch_size, len(X) - start))
        yield X[rows], y[rows]


@mistake("minibatches", hint="If the data set is sorted by label, what does your first batch look like?")
def does_not_shuffle(X, y, batch_size, rng):
    """batches in the order of the data set, without any shuffling"""
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@mistake("minibatches", hint="Use the rng you were handed: does another one give another order?")
def brings_its_own_seed(X, y, batch_size, rng):
    """batches shuffled with a seed of their own, so that every epoch has the same order"""
    order = np.random.default_rng(0).permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@mistake("minibatches", hint="Does batch_size say how many examples a batch has, or how many batches there are?")
def takes_the_size_for_a_count(X, y, batch_size, rng):
    """batches whose number, not size, is batch_size"""
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], y[rows]


@mistake("minibatches", hint="If the data set is sorted by label, which labels meet in one of your batches?")
def shuffles_the_batches_only(X, y, batch_size, rng):
    """batches that come in random order, but each hold neighbours of the data set"""
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield X[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@mistake("minibatches", hint="Seven examples in batches of three: which sizes should come out, and which do?")
def levels_the_sizes(X, y, batch_size, rng):
    """batches of nearly equal size, made with np.array_split"""
    order = rng.permutation(len(X))
    for rows in np.array_split(order, max(1, len(X) // batch_size)):
        yield X[rows], y[rows]


# --- fit_neuron -----------------------------------------------------------------------------------------------------


@mistake("fit_neuron", hint="After which step does your function stop, and how far is `return` indented?")
def returns_after_one_step(X, y, lr, steps):
    """a fit that returns from inside its loop, after the first step"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
        error = 0.5 * (1.0 + np.tanh(0.5 * z)) - y
        w = w - lr * X.T @ error / len(y)
        b = b - lr * float(np.mean(error))
        return w, b, history


@mistake("fit_neuron", hint="Print the bias after a few steps: has it moved?")
def freezes_the_bias(X, y, lr, steps):
    """a fit whose bias stays at zero"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
        error = 0.5 * (1.0 + np.tanh(0.5 * z)) - y
        w = w - lr * X.T @ error / len(y)
    return w, b, history


@mistake("fit_neuron", hint="Plot your history: does the loss fall?")
def steps_uphill(X, y, lr, steps):
    """a fit that adds the slopes and so makes the loss grow"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
        error = 0.5 * (1.0 + np.tanh(0.5 * z)) - y
        w = w + lr * X.T @ error / len(y)
        b = b + lr * float(np.mean(error))
    return w, b, history


@mistake("fit_neuron", hint="How many numbers is the loss of one step: one, or one for each example?")
def remembers_arrays(X, y, lr, steps):
    """a fit whose history holds an array of losses, one for each example, at every step"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(np.logaddexp(0.0, z) - y * z)
        error = 0.5 * (1.0 + np.tanh(0.5 * z)) - y
        w = w - lr * X.T @ error / len(y)
        b = b - lr * float(np.mean(error))
    return w, b, history


@mistake("fit_neuron", hint="What is the loss before the first step, when w and b are zero? Is it in your history?")
def looks_after_the_step(X, y, lr, steps):
    """a fit that notes the loss after each step instead of before it"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        error = 0.5 * (1.0 + np.tanh(0.5 * (X @ w + b))) - y
        w = w - lr * X.T @ error / len(y)
        b = b - lr * float(np.mean(error))
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
    return w, b, history


@mistake("fit_neuron", hint="Are both slopes measured at the same place, or has w already moved when you turn to b?")
def moves_the_weights_first(X, y, lr, steps):
    """a fit that measures the bias's slope after the weights have already moved"""
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        history.append(float(np.mean(np.logaddexp(0.0, z) - y * z)))
        w = w - lr * X.T @ (0.5 * (1.0 + np.tanh(0.5 * z)) - y) / len(y)
        b = b - lr * float(np.mean(0.5 * (1.0 + np.tanh(0.5 * (X @ w + b))) - y))
    return w, b, history
