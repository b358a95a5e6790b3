"""Wrong answers to the exercises of the networks, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- shallow_1d -----------------------------------------------------------------------------------------------------


@mistake("shallow_1d", hint="Make phi[0] very negative: can your curve follow it below zero?")
def bends_the_output_too(x, theta, phi):
    """a network with a ReLU behind its output as well"""
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    act = np.maximum(pre, 0.0)
    return np.maximum(phi[0] + act @ phi[1:], 0.0), pre, act


@mistake("shallow_1d", hint="Let all hidden units be silent: what is left of y?")
def forgets_the_offset_of_the_output(x, theta, phi):
    """a network without phi[0], the offset of its output"""
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    act = np.maximum(pre, 0.0)
    return act @ phi[1:], pre, act


@mistake("shallow_1d", hint="Set x = 0: which column of theta should be left of pre?")
def swaps_offsets_and_slopes(x, theta, phi):
    """a network that takes the offsets for slopes and the slopes for offsets"""
    pre = theta[:, 1] + np.outer(x, theta[:, 0])
    act = np.maximum(pre, 0.0)
    return phi[0] + act @ phi[1:], pre, act


@mistake("shallow_1d", hint="Print pre: where have its negative numbers gone?")
def overwrites_the_pre_activations(x, theta, phi):
    """a network whose ReLU writes its zeros into the pre-activations"""
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    act = pre
    act[act < 0] = 0.0
    return phi[0] + act @ phi[1:], pre, act


@mistake("shallow_1d", hint="One example per row: how many rows should pre and act have?")
def puts_units_into_rows(x, theta, phi):
    """a network that returns pre and act with one hidden unit per row, shape (H, I)"""
    pre = theta[:, :1] + theta[:, 1:] * x
    act = np.maximum(pre, 0.0)
    return phi[0] + phi[1:] @ act, pre, act


@mistake("shallow_1d", hint="Draw one hidden unit with slope 1: is it flat on the left of its joint?")
def never_bends(x, theta, phi):
    """a network without any ReLU, which is a straight line"""
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    return phi[0] + pre @ phi[1:], pre, pre.copy()


# --- xor_network ----------------------------------------------------------------------------------------------------


@mistake("xor_network", hint="How many straight lines can a network without a hidden layer draw?")
def has_no_hidden_layer():
    """a single neuron, without a hidden layer"""
    return [(np.array([[1.0], [1.0]]), np.array([-0.5]))]


@mistake("xor_network", hint="Multiply your matrices out.")
def never_switches_off():
    """a network whose hidden neurons are never silent, so that both layers are one linear layer"""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, 1.0])
    W2, b2 = np.array([[1.0], [-0.5]]), np.array([0.5])
    return [(W1, b1), (W2, b2)]


@mistake(
    "xor_network",
    hint="Do 0 and 1 come out at the corners, or numbers that a step would still have to sort?",
)
def puts_the_boundary_on_a_corner():
    """a network whose output is exactly 0, on its boundary, where XOR is true"""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    W2, b2 = np.array([[1.0], [-2.0]]), np.array([-1.0])
    return [(W1, b1), (W2, b2)]


@mistake("xor_network", hint="Put (1, 1) in: how much must the second hidden neuron take away again?")
def computes_or():
    """a network that takes away too little for (1, 1), which is OR"""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    W2, b2 = np.array([[1.0], [-1.0]]), np.array([0.0])
    return [(W1, b1), (W2, b2)]


@mistake("xor_network", hint="Put (0, 0) in: is exactly one of the two signals on?")
def computes_the_opposite():
    """a network that is true where both signals are equal"""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    W2, b2 = np.array([[-1.0], [2.0]]), np.array([1.0])
    return [(W1, b1), (W2, b2)]


@mistake("xor_network", hint="The hidden layer hands over (I, H): with which shape of W does the product work?")
def lays_the_output_weights_down():
    """a network whose output weights lie in a row, shape (1, H)"""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    W2, b2 = np.array([[1.0, -2.0]]), np.array([0.0])
    return [(W1, b1), (W2, b2)]


@mistake("xor_network", hint="A sigmoid ends at 0 and 1; where does a ReLU end, when its input is 20 or 30?")
def expects_a_sigmoid():
    """a network whose weights are made for sigmoids, not for a ReLU and the identity"""
    W1, b1 = np.array([[20.0, -20.0], [20.0, -20.0]]), np.array([-10.0, 30.0])
    W2, b2 = np.array([[20.0], [20.0]]), np.array([-30.0])
    return [(W1, b1), (W2, b2)]


@mistake("xor_network", hint="What does a ReLU hand over where a step function would say 1?")
def expects_a_step():
    """a network whose weights are made for the step function, not for a ReLU and the identity"""
    W1, b1 = np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])
    W2, b2 = np.array([[1.0], [1.0]]), np.array([-1.5])
    return [(W1, b1), (W2, b2)]


# --- init_mlp -------------------------------------------------------------------------------------------------------


@mistake("init_mlp", hint="How many arrows between len(sizes) columns?")
def makes_a_layer_too_many(sizes, rng):
    """a network with as many layers as sizes, one too many"""
    sizes = [*sizes, sizes[-1]]
    return [(rng.normal(0, np.sqrt(2 / m), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="Draw three columns of circles: how many times do you go from one to the next?")
def makes_a_layer_too_few(sizes, rng):
    """a network without its last layer"""
    params = []
    for i in range(len(sizes) - 2):
        params.append((rng.normal(0, np.sqrt(2 / sizes[i]), (sizes[i], sizes[i + 1])), np.zeros(sizes[i + 1])))
    return params


@mistake("init_mlp", hint="If all neurons of a layer begin the same, what will ever make them differ?")
def starts_with_zeros(sizes, rng):
    """a network whose weights are all zero"""
    return [(np.zeros((m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="X is (I, D_in). With which shape of W does X @ W work?")
def puts_neurons_into_rows(sizes, rng):
    """a network with weights of shape (D_out, D_in)"""
    return [(rng.normal(0, np.sqrt(2 / m), (n, m)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="Does rng.normal ask for a variance, or for a standard deviation?")
def takes_the_variance_for_the_deviation(sizes, rng):
    """a network with 2 / D_in as the standard deviation of its weights, without the square root"""
    return [(rng.normal(0, 2 / m, (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="How many products does one neuron add up: D_in, or D_out?")
def scales_by_the_outputs(sizes, rng):
    """a network whose weights are scaled by the number of outputs of their layer instead of its inputs"""
    return [(rng.normal(0, np.sqrt(2 / n), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="Hand over another generator: do your weights change?")
def brings_its_own_generator(sizes, rng):
    """a network drawn from its own generator, with a fixed seed"""
    rng = np.random.default_rng(42)
    return [(rng.normal(0, np.sqrt(2 / m), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="Half of the ReLUs are silent: which variance makes up for that?")
def forgets_that_relu_halves(sizes, rng):
    """a network with the variance 1 / D_in, which suits a tanh, instead of 2 / D_in"""
    return [(rng.normal(0, np.sqrt(1 / m), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="He's variance looks at the inputs alone: what does D_out do in yours?")
def averages_inputs_and_outputs(sizes, rng):
    """a network with Glorot's variance, 2 / (D_in + D_out), instead of He's"""
    return [(rng.normal(0, np.sqrt(2 / (m + n)), (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


@mistake("init_mlp", hint="Do the biases have to differ, when the weights already do?")
def draws_the_biases_too(sizes, rng):
    """a network whose biases are random as well"""
    return [
        (rng.normal(0, np.sqrt(2 / m), (m, n)), rng.normal(0, np.sqrt(2 / m), n)) for m, n in zip(sizes[:-1], sizes[1:])
    ]


@mistake("init_mlp", hint="Does the size of your weights change with the number of inputs?")
def always_scales_by_one_hundredth(sizes, rng):
    """a network whose weights have the standard deviation 0.01, whatever its sizes"""
    return [(rng.normal(0, 0.01, (m, n)), np.zeros(n)) for m, n in zip(sizes[:-1], sizes[1:])]


# --- mlp_forward ----------------------------------------------------------------------------------------------------


@mistake("mlp_forward", hint="What does layer 2 read?")
def feeds_the_data_to_every_layer(X, params, hidden, output):
    """a network in which every layer reads X again"""
    cache = []
    for layer, (W, b) in enumerate(params):
        Z = X @ W + b
        cache.append((X, Z))
        A = (output if layer == len(params) - 1 else hidden)(Z.copy())
    return A, cache


@mistake("mlp_forward", hint="Pass np.abs as output: does the last layer obey?")
def hides_the_output(X, params, hidden, output):
    """a network that uses the hidden activation on its output, too"""
    cache, A = [], X
    for W, b in params:
        Z = A @ W + b
        cache.append((A, Z))
        A = hidden(Z.copy())
    return A, cache


@mistake("mlp_forward", hint="Count the pairs in your cache: is there one for each pair in params?")
def skips_the_last_layer(X, params, hidden, output):
    """a network that ends before its last layer"""
    cache, A = [], X
    for W, b in params[:-1]:
        Z = A @ W + b
        cache.append((A, Z))
        A = hidden(Z.copy())
    return output(A.copy()), cache


@mistake("mlp_forward", hint="Make all weights zero: does the second layer still answer with its bias?")
def has_biases_in_the_first_layer_only(X, params, hidden, output):
    """a network with biases in its first layer only"""
    cache, A = [], X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b if layer == 0 else A @ W
        cache.append((A, Z))
        A = (output if layer == len(params) - 1 else hidden)(Z.copy())
    return A, cache


@mistake(
    "mlp_forward", hint="Let the activation write into its argument: does the cache still hold the pre-activations?"
)
def lets_the_cache_be_overwritten(X, params, hidden, output):
    """a network that hands the very Z of its cache to activations that may write into it"""
    cache, A = [], X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = (output if layer == len(params) - 1 else hidden)(Z)
    return A, cache


@mistake("mlp_forward", hint="Z is needed again later: what is left of it after your activation?")
def writes_the_activations_over_z(X, params, hidden, output):
    """a network that writes its activations over the pre-activations of its cache"""
    cache, A = [], X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        Z[...] = (output if layer == len(params) - 1 else hidden)(Z)
        A = Z
    return A, cache


@mistake("mlp_forward", hint="Which A did the layer use to compute its Z: the one before, or the one after?")
def caches_what_leaves_the_layer(X, params, hidden, output):
    """a cache that holds what leaves each layer instead of what enters it"""
    cache, A = [], X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        A = (output if layer == len(params) - 1 else hidden)(Z.copy())
        cache.append((A, Z))
    return A, cache


@mistake("mlp_forward", hint="Pass np.abs as output: can any of your answers still be negative?")
def never_applies_the_output(X, params, hidden, output):
    """a network that returns the last pre-activations, without the output's activation"""
    cache, A = [], X
    for W, b in params:
        Z = A @ W + b
        cache.append((A, Z))
        A = hidden(Z.copy())
    return Z, cache


# --- collapse_linear ------------------------------------------------------------------------------------------------


@mistake("collapse_linear", hint="Which matrix does a row x meet first, standing on the left?")
def multiplies_in_the_wrong_order(params):
    """a product of the weights in the wrong order, from the last layer to the first"""
    W, b = params[0]
    for V, c in params[1:]:
        W, b = V @ W, b @ V + c
    return W, b


@mistake("collapse_linear", hint="Feed zeros: the first layer answers b1. What does the second layer make of it?")
def keeps_the_last_bias_only(params):
    """a layer whose bias is that of the last layer, and nothing of the earlier ones"""
    W, b = params[0]
    for V, c in params[1:]:
        W, b = W @ V, c + 0.0
    return W, b


@mistake("collapse_linear", hint="May you add biases that belong to layers of different widths?")
def adds_the_biases_up(params):
    """a layer whose bias is the plain sum of all biases"""
    W, b = params[0]
    for V, c in params[1:]:
        W, b = W @ V, b + c
    return W, b


@mistake("collapse_linear", hint="Feed zeros: does the last layer's own bias still come out?")
def forgets_the_later_biases(params):
    """a layer that pushes the first bias through the network and forgets all later ones"""
    W, b = params[0]
    for V, c in params[1:]:
        W, b = W @ V, b @ V
    return W, b


@mistake("collapse_linear", hint="Try a network of three layers: does its last layer take part?")
def collapses_two_layers_only(params):
    """a layer made from the first two layers of the network only"""
    W, b = params[0]
    for V, c in params[1:2]:
        W, b = W @ V, b @ V + c
    return W, b


# --- count_regions_1d -----------------------------------------------------------------------------------------------


@mistake("count_regions_1d", hint="Cut a string once: how many pieces do you hold?")
def counts_the_joints(theta):
    """the number of joints instead of the number of regions between them"""
    bending = theta[theta[:, 1] != 0]
    return len(np.unique(-bending[:, 0] / bending[:, 1]))


@mistake("count_regions_1d", hint="If two units bend at the same place, how often is the axis cut there?")
def counts_shared_joints_twice(theta):
    """a count in which units that share a joint cut the axis again and again"""
    return int(np.sum(theta[:, 1] != 0)) + 1


@mistake("count_regions_1d", hint="Where does a line with slope 0 bend, and what did NumPy warn you about?")
def divides_by_zero(theta):
    """a count that divides by slopes of 0 and takes infinity for a joint"""
    return len(np.unique(-theta[:, 0] / theta[:, 1])) + 1


@mistake("count_regions_1d", hint="Solve theta_0 + theta_1 x = 0 for x: which of the two do you divide by?")
def counts_slopes(theta):
    """a count of the different slopes instead of the different joints"""
    return len({float(slope) for slope in theta[:, 1] if slope != 0}) + 1


@mistake("count_regions_1d", hint="Draw three joints on one axis: are there eight regions?")
def doubles_with_every_joint(theta):
    """a count that doubles with every joint, as if each cut all regions in two"""
    bending = theta[theta[:, 1] != 0]
    return 2 ** len(np.unique(-bending[:, 0] / bending[:, 1]))


# --- depth_report ---------------------------------------------------------------------------------------------------


@mistake("depth_report", hint="Does the input layer have weights of its own?")
def counts_the_input(sizes):
    """a report that counts the input as a layer of weights"""
    hidden = len(sizes) - 2
    kind = "linear" if hidden == 0 else "shallow" if hidden == 1 else "deep"
    return {"hidden_layers": hidden, "weight_layers": len(sizes), "kind": kind}


@mistake("depth_report", hint="Is the output hidden from anybody?")
def counts_the_output_as_hidden(sizes):
    """a report that takes the output for a hidden layer"""
    hidden = len(sizes) - 1
    kind = "linear" if hidden == 0 else "shallow" if hidden == 1 else "deep"
    return {"hidden_layers": hidden, "weight_layers": len(sizes) - 1, "kind": kind}


@mistake("depth_report", hint="From how many hidden layers on is a network deep?")
def calls_one_hidden_layer_deep(sizes):
    """a report that calls a network with one hidden layer deep"""
    hidden = len(sizes) - 2
    kind = "linear" if hidden == 0 else "deep"
    return {"hidden_layers": hidden, "weight_layers": len(sizes) - 1, "kind": kind}


@mistake("depth_report", hint="Two hidden layers: still shallow, or deep already?")
def calls_two_hidden_layers_shallow(sizes):
    """a report that calls a network with two hidden layers shallow"""
    hidden = len(sizes) - 2
    kind = "linear" if hidden == 0 else "shallow" if hidden <= 2 else "deep"
    return {"hidden_layers": hidden, "weight_layers": len(sizes) - 1, "kind": kind}
