"""Wrong answers to the exercises of the first network, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="var-annotated"

from __future__ import annotations

import numpy as np

from autograder.testing import mistake
from solutions.first_network import mlp_loss_and_grads, train_epoch

# --- split ----------------------------------------------------------------------------------------------------------


@mistake("split", hint="Does label 7 still sit next to its picture?")
def shuffles_rows_and_labels_apart(X, y, test_fraction, rng):
    """a split that shuffles the rows and the labels separately"""
    n = round(len(X) * test_fraction)
    X, y = rng.permutation(X), rng.permutation(y)
    return X[n:], X[:n], y[n:], y[:n]


@mistake("split", hint="Has your network seen any of the test rows before the exam?")
def trains_on_the_test_rows(X, y, test_fraction, rng):
    """a split whose training data still contain the test rows"""
    n = round(len(X) * test_fraction)
    order = rng.permutation(len(X))
    return X[order], X[order[:n]], y[order], y[order[:n]]


@mistake("split", hint="Suppose the file is sorted by label: which digits would your test data hold?")
def cuts_without_shuffling(X, y, test_fraction, rng):
    """a split that takes the last rows for testing, without any shuffling"""
    n = len(X) - round(len(X) * test_fraction)
    return X[:n].copy(), X[n:].copy(), y[:n].copy(), y[n:].copy()


@mistake("split", hint="Which part should be the small one when test_fraction is 0.2?")
def takes_the_fraction_for_training(X, y, test_fraction, rng):
    """a split that takes test_fraction for the share of the training data"""
    n = round(len(X) * test_fraction)
    order = rng.permutation(len(X))
    return X[order[:n]], X[order[n:]], y[order[:n]], y[order[n:]]


@mistake("split", hint="In which order are the four parts to be returned?")
def returns_them_in_another_order(X, y, test_fraction, rng):
    """a split that returns X_train, y_train, X_test, y_test, in this order"""
    n = round(len(X) * test_fraction)
    order = rng.permutation(len(X))
    return X[order[n:]], y[order[n:]], X[order[:n]], y[order[:n]]


@mistake("split", hint="Is 2.8 rows nearer to 2 or to 3?")
def cuts_off_the_decimals_of_the_size(X, y, test_fraction, rng):
    """a split that cuts the number of test rows off instead of rounding it"""
    n = int(len(X) * test_fraction)
    order = rng.permutation(len(X))
    return X[order[n:]], X[order[:n]], y[order[n:]], y[order[:n]]


@mistake("split", hint="Who decides here which rows are drawn: the rng you were handed, or one of your own?")
def brings_its_own_generator(X, y, test_fraction, rng):
    """a split that makes its own generator and gives the same rows every time"""
    n = round(len(X) * test_fraction)
    order = np.random.default_rng(0).permutation(len(X))
    return X[order[n:]], X[order[:n]], y[order[n:]], y[order[:n]]


# --- mlp_loss_and_grads ---------------------------------------------------------------------------------------------


@mistake("mlp_loss_and_grads", hint="dZ of a layer passes where its own Z was positive: whose Z do you look at?")
def masks_with_the_layer_below(X, y, params):
    """a network whose ReLU mask is taken one layer too low"""
    inputs, Zs, A = [], [], X
    for W, b in params:
        inputs.append(A)
        Zs.append(A @ W + b)
        A = np.maximum(Zs[-1], 0)
    Z = Zs[-1] - Zs[-1].max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            dZ = (dZ @ params[layer][0].T) * (inputs[layer - 1] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="What tells you that ReLU was open: Z, or the gradient?")
def masks_with_the_gradient(X, y, params):
    """a network that applies its ReLU mask to the sign of the gradient instead of the sign of Z"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dA = dZ @ params[layer][0].T
        dZ = dA * (dA > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="What does the slope of ReLU do to the gradient of a neuron that was silent?")
def forgets_the_mask(X, y, params):
    """a network that goes backward as if there were no ReLU"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ params[layer][0].T
    return loss, grads


@mistake("mlp_loss_and_grads", hint="Feed every example twice: should the gradient of a mean change?")
def forgets_to_divide_the_gradient(X, y, params):
    """a network whose loss is a mean, but whose gradients are sums over the examples"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="If you nudge a bias, does the loss change? Then its gradient is not zero.")
def freezes_the_biases(X, y, params):
    """a network that gives every bias a gradient of zero"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, np.zeros_like(params[layer][1])))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="Can the loss fall if every step goes uphill? Look at the sign of P - Y.")
def turns_the_gradient_round(X, y, params):
    """a network that starts its way back with Y - P instead of P - Y"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = -P
    dZ[rows, y] += 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="May a score be negative? Then which layer has no ReLU?")
def bends_the_scores(X, y, params):
    """a network that applies ReLU to its last layer too"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        A = np.maximum(A @ W + b, 0)
    Z = A - A.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y) * (A > 0)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="What is exp(1000), and can you shift every row's scores beforehand?")
def lets_the_scores_overflow(X, y, params):
    """a network whose softmax takes the exponentials of the scores as they are, without shifting them first"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -float(np.mean(np.log(P[rows, y])))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="You walked backward: is the first pair of your list the first layer's?")
def returns_the_gradients_backward(X, y, params):
    """a network that returns its gradients from the last layer to the first"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.append((inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="What slope does the exercise ask for where Z is exactly 0?")
def has_a_slope_of_one_at_zero(X, y, params):
    """a network whose ReLU has slope 1 where Z is exactly 0"""
    inputs, Zs, A = [], [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        Zs.append(Z)
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            dZ = (dZ @ params[layer][0].T) * (Zs[layer - 1] >= 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="How many biases has a layer, and how many slopes do you return for them?")
def gives_one_number_for_all_biases(X, y, params):
    """a network whose slopes of the biases are added up into one number per layer"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, np.sum(dZ)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="One bias serves all examples of its neuron: along which axis do you add?")
def adds_the_slopes_of_one_example(X, y, params):
    """a network whose slopes of the biases are added along the wrong axis, one for each example"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=1)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


@mistake("mlp_loss_and_grads", hint="Subtract each row's own max.")
def subtracts_one_maximum_from_every_row(X, y, params):
    """a network whose softmax subtracts one maximum from all rows"""
    inputs, A = [], X
    for W, b in params:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    Z = Z - Z.max()
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(-np.mean(np.log(P[rows, y])))
    dZ = P
    dZ[rows, y] -= 1
    dZ = dZ / len(y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads


# --- train_epoch ----------------------------------------------------------------------------------------------------


@mistake("train_epoch", hint="When the gradient goes back through W, is it still the W of the way forward?")
def updates_while_going_back(params, X, y, lr, batch_size, rng):
    """an epoch that updates each W before the gradient has been carried through it"""
    params = [(W.copy(), b.copy()) for W, b in params]
    order, losses = rng.permutation(len(X)), []
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        A, labels, inputs = X[batch], y[batch], []
        for W, b in params:
            inputs.append(A)
            Z = A @ W + b
            A = np.maximum(Z, 0)
        Z = Z - Z.max(axis=1, keepdims=True)
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        losses.append(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[rows, labels]))
        P[rows, labels] -= 1
        dZ = P / len(labels)
        for layer in reversed(range(len(params))):
            W, b = params[layer]
            W -= lr * inputs[layer].T @ dZ
            b -= lr * dZ.sum(axis=0)
            dZ = (dZ @ W.T) * (inputs[layer] > 0)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="How many rows does the gradient of one step see?")
def uses_all_examples_for_each_step(params, X, y, lr, batch_size, rng):
    """an epoch whose every step uses all examples instead of one minibatch"""
    losses = []
    for _ in range(0, len(X), batch_size):
        loss, grads = mlp_loss_and_grads(X, y, params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="With 5 examples in minibatches of 2, what becomes of the fifth?")
def drops_the_last_few_examples(params, X, y, lr, batch_size, rng):
    """an epoch that leaves out a last minibatch which is not full"""
    order, losses = rng.permutation(len(X)), []
    batch_size = min(batch_size, len(X))
    for start in range(0, len(X) - batch_size + 1, batch_size):
        batch = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="Which example comes first in every epoch?")
def never_shuffles(params, X, y, lr, batch_size, rng):
    """an epoch that always takes the examples in the order of the rows"""
    losses = []
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="The gradient points uphill: which way do you want to go?")
def climbs_instead_of_descending(params, X, y, lr, batch_size, rng):
    """an epoch that adds the gradient, and so climbs"""
    order, losses = rng.permutation(len(X)), []
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        params = [(W + lr * dW, b + lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(loss)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="Print the old params after the call: are they still the old ones?")
def trains_the_callers_network(params, X, y, lr, batch_size, rng):
    """an epoch that writes its steps into the arrays it was given"""
    order, losses = rng.permutation(len(X)), []
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        for (W, b), (dW, db) in zip(params, grads):
            W -= lr * dW
            b -= lr * db
        losses.append(loss)
    return params, float(np.mean(losses))


@mistake("train_epoch", hint="Over how many minibatches is your mean taken?")
def reports_the_last_loss(params, X, y, lr, batch_size, rng):
    """an epoch that returns the loss of its last minibatch instead of the mean"""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
    return params, loss


@mistake("train_epoch", hint="Halve the batch size: should the mean loss of an epoch double?")
def adds_up_the_losses(params, X, y, lr, batch_size, rng):
    """an epoch that adds up the losses of its batches where their mean was asked for"""
    order = rng.permutation(len(X))
    total = 0.0
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        loss, grads = mlp_loss_and_grads(X[rows], y[rows], params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        total += loss
    return params, total


# --- fit ------------------------------------------------------------------------------------------------------------


@mistake("fit", hint="If two neurons start alike and get the same gradient, when will they ever differ?")
def starts_from_zeros(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a network whose weights all start at zero"""
    params = [(np.zeros((D_in, D_out)), np.zeros(D_out)) for D_in, D_out in zip(sizes[:-1], sizes[1:])]
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="Which of your layers differ from their first weights when the training is over?")
def trains_the_last_layer_only(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a training that moves the last layer alone, with hidden weights of zero, which hide it"""
    params = [(np.zeros((D_in, D_out)), np.zeros(D_out)) for D_in, D_out in zip(sizes[:-2], sizes[1:-1])]
    params.append((rng.normal(0, np.sqrt(2 / sizes[-2]), (sizes[-2], sizes[-1])), np.zeros(sizes[-1])))
    history = []
    for _ in range(epochs):
        trained, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        params = [*params[:-1], trained[-1]]
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="Is a number in your history the mean of an epoch, or what its last few examples said?")
def keeps_the_last_batchs_loss(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a training whose history holds only the last minibatch's loss of each epoch"""
    params = []
    for D_in, D_out in zip(sizes[:-1], sizes[1:]):
        params.append((rng.normal(0, np.sqrt(2 / D_in), (D_in, D_out)), np.zeros(D_out)))
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            loss, grads = mlp_loss_and_grads(X[batch], y[batch], params)
            params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        history.append(loss)
    return params, history


@mistake("fit", hint="With which network does your second epoch start?")
def starts_anew_each_epoch(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a training that begins every epoch with the untrained network"""
    first = []
    for D_in, D_out in zip(sizes[:-1], sizes[1:]):
        first.append((rng.normal(0, np.sqrt(2 / D_in), (D_in, D_out)), np.zeros(D_out)))
    params, history = first, []
    for _ in range(epochs):
        params, mean_loss = train_epoch(first, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="With 200 inputs to a neuron, how large is a sum of 200 such weights?")
def draws_weights_of_scale_one(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a network whose weights start with a standard deviation of 1, whatever the number of inputs"""
    params = [(rng.normal(0, 1, (D_in, D_out)), np.zeros(D_out)) for D_in, D_out in zip(sizes[:-1], sizes[1:])]
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="2 / D_in is the variance: what is the standard deviation that rng.normal asks for?")
def takes_the_variance_for_the_scale(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a network whose weights start with the standard deviation 2 / D_in, without the square root"""
    params = [(rng.normal(0, 2 / D_in, (D_in, D_out)), np.zeros(D_out)) for D_in, D_out in zip(sizes[:-1], sizes[1:])]
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="Who decides about the first weights: the rng you were handed, or one of your own?")
def brings_its_own_weights(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a training that makes its own generator and starts from the same weights every time"""
    rng = np.random.default_rng(0)
    params = []
    for D_in, D_out in zip(sizes[:-1], sizes[1:]):
        params.append((rng.normal(0, np.sqrt(2 / D_in), (D_in, D_out)), np.zeros(D_out)))
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, batch_size, rng)
        history.append(mean_loss)
    return params, history


@mistake("fit", hint="Ask for minibatches of 2: does anything change?")
def ignores_the_batch_size(X, y, sizes, lr, epochs, rng, batch_size=32):
    """a training that always uses minibatches of 32, whatever it is asked for"""
    params = []
    for D_in, D_out in zip(sizes[:-1], sizes[1:]):
        params.append((rng.normal(0, np.sqrt(2 / D_in), (D_in, D_out)), np.zeros(D_out)))
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(params, X, y, lr, 32, rng)
        history.append(mean_loss)
    return params, history


# --- predict --------------------------------------------------------------------------------------------------------


@mistake("predict", hint="How many predictions do you get for 3 examples and 10 classes: 3 or 10?")
def chooses_among_the_examples(X, params):
    """predictions that take the argmax over the examples, axis 0"""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return np.argmax(Z, axis=0)


@mistake("predict", hint="Does your network predict with the same activations that it was trained with?")
def predicts_without_relu(X, params):
    """predictions of a network whose hidden layers have lost their ReLU"""
    A = X
    for W, b in params:
        A = A @ W + b
    return np.argmax(A, axis=1)


@mistake("predict", hint="What should come out: K probabilities per example, or the number of one class?")
def returns_the_probabilities(X, params):
    """predictions that stop at the probabilities"""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0)
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    return P / P.sum(axis=1, keepdims=True)


@mistake("predict", hint="How many numbers name one class: K of them, or a single one?")
def returns_one_hot_rows(X, params):
    """predictions as one-hot rows instead of class numbers"""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return np.eye(Z.shape[1])[np.argmax(Z, axis=1)]


@mistake("predict", hint="When all scores are negative, what does ReLU leave for argmax to choose from?")
def bends_the_last_layer(X, params):
    """predictions of a network with ReLU on its last layer too"""
    A = X
    for W, b in params:
        A = np.maximum(A @ W + b, 0)
    return np.argmax(A, axis=1)


@mistake("predict", hint="What has become of b?")
def predicts_without_biases(X, params):
    """predictions of a network without its biases"""
    A = X
    for W, b in params:
        Z = A @ W
        A = np.maximum(Z, 0)
    return np.argmax(Z, axis=1)


@mistake("predict", hint="Labels run from 0 to K - 1: what is the smallest number that you return?")
def names_the_classes_from_one(X, params):
    """predictions that name the classes 1 to K"""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return np.argmax(Z, axis=1) + 1


@mistake("predict", hint="How many predictions should there be for I examples?")
def chooses_once_for_all(X, params):
    """one number for all examples, from an argmax over the whole array"""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return np.argmax(Z)


# --- accuracy -------------------------------------------------------------------------------------------------------


@mistake("accuracy", hint="Could you compare two test sets of different sizes by this number?")
def counts_the_right_ones(y, yhat):
    """an accuracy that counts the right predictions instead of giving their share"""
    if y.ndim != 1 or y.shape != yhat.shape:
        raise ValueError("shapes")
    return int(np.sum(y == yhat))


@mistake("accuracy", hint="Print the shape of y == yhat: how many comparisons do you make for I examples?")
def compares_everything_with_everything(y, yhat):
    """an accuracy that compares a column with a row, I times I labels, and notices nothing"""
    return float(np.mean(y == yhat))


@mistake("accuracy", hint="When every prediction is right, is that 1 or 100?")
def answers_in_percent(y, yhat):
    """an accuracy in percent"""
    if y.ndim != 1 or y.shape != yhat.shape:
        raise ValueError("shapes")
    return float(100 * np.mean(y == yhat))


@mistake("accuracy", hint="Is 1.0 the best or the worst that you can get?")
def measures_the_error(y, yhat):
    """an accuracy that is the share of wrong predictions"""
    if y.ndim != 1 or y.shape != yhat.shape:
        raise ValueError("shapes")
    return float(np.mean(y != yhat))


# --- confusion_matrix -----------------------------------------------------------------------------------------------


@mistake("confusion_matrix", hint="Fancy indexing adds once per cell; use np.add.at.")
def loses_the_repeats(y, yhat, K):
    """a confusion matrix that counts a repeated pair only once"""
    M = np.zeros((K, K), dtype=int)
    M[y, yhat] += 1
    return M


@mistake("confusion_matrix", hint="Which one chooses the row: the true class, or the predicted one?")
def puts_the_truth_into_columns(y, yhat, K):
    """a confusion matrix with the true classes in its columns"""
    M = np.zeros((K, K), dtype=int)
    np.add.at(M, (yhat, y), 1)
    return M


@mistake("confusion_matrix", hint="How many classes are there when nobody wrote a 9 today?")
def infers_the_number_of_classes(y, yhat, K):
    """a confusion matrix that takes the number of classes from the labels it happens to see"""
    K = max(list(y) + list(yhat), default=-1) + 1
    M = np.zeros((K, K), dtype=int)
    np.add.at(M, (y, yhat), 1)
    return M


@mistake("confusion_matrix", hint="Should the entries tell how many, or which share?")
def divides_by_the_rows(y, yhat, K):
    """a confusion matrix whose rows are shares instead of counts"""
    M = np.zeros((K, K))
    np.add.at(M, (y, yhat), 1)
    return M / np.maximum(M.sum(axis=1, keepdims=True), 1)


@mistake("confusion_matrix", hint="Where do the wrong predictions go?")
def counts_the_right_ones_only(y, yhat, K):
    """a confusion matrix that counts the right predictions only"""
    M = np.zeros((K, K), dtype=int)
    for true, guess in zip(y, yhat):
        if true == guess:
            M[true, guess] += 1
    return M


@mistake("confusion_matrix", hint="Labels run from 0 to K - 1: which row belongs to label 0?")
def counts_the_labels_from_one(y, yhat, K):
    """a confusion matrix that takes the labels to be 1 to K"""
    M = np.zeros((K, K), dtype=int)
    np.add.at(M, (np.asarray(y) - 1, np.asarray(yhat) - 1), 1)
    return M
