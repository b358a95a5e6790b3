"""Wrong answers to the exercises of the layers, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- flatten --------------------------------------------------------------------------------------------------------


@mistake("flatten", hint="Print the shape: how many rows should 1797 pictures have?")
def gives_each_pixel_a_row(images):
    """pictures reshaped to (64, ...), with pixels instead of pictures in the rows"""
    return images.reshape(64, -1)


@mistake("flatten", hint="Take one picture with the pixels 1 to 6 in two lines: in which order do you read them?")
def reads_down_the_columns(images):
    """pictures whose pixels are read down the columns (order='F') instead of along the lines"""
    return images.reshape(len(images), -1, order="F")


@mistake("flatten", hint="Print images.shape after your call: is it still the old shape?")
def reshapes_in_place(images):
    """a function that changes the shape of the very array it was given"""
    images.shape = (images.shape[0], images.shape[1] * images.shape[2])
    return images


@mistake("flatten", hint="Where does the first picture end in your answer?")
def strings_all_pictures_together(images):
    """one long row in which all pictures follow each other"""
    return images.ravel()


@mistake("flatten", hint="What happens to pictures that are not 8 by 8?")
def knows_only_eight_by_eight(images):
    """a function that was built for pictures of 8 by 8 pixels only"""
    return images.reshape(-1, 64)


@mistake("flatten", hint="Print the dtype before and after: who asked for another one?")
def turns_pixels_into_float64(images):
    """pictures whose numbers are all turned into float64"""
    return np.array([image.ravel() for image in images], dtype=np.float64)


@mistake("flatten", hint="Which two axes have to become one: the first two, or the last two?")
def joins_the_wrong_axes(images):
    """pictures cut into their lines, one line per row, because the first two axes were joined"""
    return images.reshape(-1, images.shape[2])


@mistake("flatten", hint="Each picture should be a row: what is your answer's shape?")
def turns_the_rows_into_columns(images):
    """pictures in columns, transposed after they were flattened"""
    return images.reshape(len(images), -1).T


# --- init_layer -----------------------------------------------------------------------------------------------------


@mistake("init_layer", hint="X is (I, D_in). With which shape of W does X @ W work?")
def puts_neurons_into_rows(D_in, D_out, rng, scale):
    """a layer with one neuron per row: W of shape (D_out, D_in)"""
    return rng.normal(0.0, scale, (D_out, D_in)), np.zeros(D_out)


@mistake("init_layer", hint="Would two neurons ever differ?")
def starts_at_zero(D_in, D_out, rng, scale):
    """a layer whose weights all start at zero"""
    return np.zeros((D_in, D_out)), np.zeros(D_out)


@mistake("init_layer", hint="Use the rng you were handed.")
def seeds_the_global_generator(D_in, D_out, rng, scale):
    """a layer that seeds NumPy's global generator and ignores the one it was handed"""
    np.random.seed(0)
    return np.random.normal(0.0, scale, (D_in, D_out)), np.zeros(D_out)


@mistake("init_layer", hint="How many axes does b have: one, or two?")
def gives_the_bias_two_axes(D_in, D_out, rng, scale):
    """a layer whose biases have shape (1, D_out)"""
    return rng.normal(0.0, scale, (D_in, D_out)), np.zeros((1, D_out))


@mistake("init_layer", hint="The weights already differ. Do the biases have to?")
def draws_the_bias_too(D_in, D_out, rng, scale):
    """a layer whose biases are random as well"""
    return rng.normal(0.0, scale, (D_in, D_out)), rng.normal(0.0, scale, D_out)


@mistake("init_layer", hint="Ask for scale 0.01: how large are your weights?")
def ignores_the_scale(D_in, D_out, rng, scale):
    """a layer whose weights have standard deviation 1 whatever the scale"""
    return rng.standard_normal((D_in, D_out)), np.zeros(D_out)


@mistake("init_layer", hint="Is the scale a standard deviation or a variance, and which of them does rng.normal want?")
def takes_the_scale_for_a_variance(D_in, D_out, rng, scale):
    """a layer that takes the scale for the variance of its weights"""
    return rng.normal(0.0, np.sqrt(scale), (D_in, D_out)), np.zeros(D_out)


@mistake("init_layer", hint="Draw a histogram of W: is it a bell or a box?")
def draws_from_a_box(D_in, D_out, rng, scale):
    """a layer with uniform weights between -scale and scale"""
    return rng.uniform(-scale, scale, (D_in, D_out)), np.zeros(D_out)


@mistake("init_layer", hint="Compare the columns of W with each other: what could neuron 2 learn that neuron 1 cannot?")
def repeats_one_neuron(D_in, D_out, rng, scale):
    """a layer in which every neuron is a copy of the first"""
    return np.repeat(rng.normal(0.0, scale, (D_in, 1)), D_out, axis=1), np.zeros(D_out)


@mistake("init_layer", hint="Does a bias belong to an input or to a neuron?")
def gives_each_input_a_bias(D_in, D_out, rng, scale):
    """a layer with one bias for each input instead of one for each neuron"""
    return rng.normal(0.0, scale, (D_in, D_out)), np.zeros(D_in)


# --- dense_forward --------------------------------------------------------------------------------------------------


@mistake("dense_forward", hint="Feed rows of zeros: what should come out?")
def leaves_the_bias_out(X, W, b):
    """a layer without its biases"""
    return 1.0 * (X @ W)


@mistake("dense_forward", hint="Write the shapes under X @ W.T: which axes meet?")
def transposes_the_weights(X, W, b):
    """a layer that transposes its weights: X @ W.T + b"""
    return X @ W.T + 1.0 * b


@mistake("dense_forward", hint="Write the shapes of W and X side by side: which axes meet in the middle?")
def multiplies_the_wrong_way_round(X, W, b):
    """a layer that multiplies the wrong way round: W @ X + b"""
    return W @ X + 1.0 * b


@mistake("dense_forward", hint="Which sign is the matrix product in Python: * or @?")
def multiplies_entry_by_entry(X, W, b):
    """a layer that multiplies X and W entry by entry"""
    return X * W + 1.0 * b


@mistake("dense_forward", hint="Does b[0] belong to the first example or to the first neuron?")
def adds_the_bias_as_a_column(X, W, b):
    """a layer whose biases are added as a column, one for each example"""
    return X @ W + 1.0 * b.reshape(-1, 1)


@mistake("dense_forward", hint="Print X after your call: is it still the old X?")
def writes_into_its_input(X, W, b):
    """a layer that writes its pre-activations over the examples it was given"""
    X[:] = X @ W + b
    return X


@mistake("dense_forward", hint="Feed whole numbers and print the dtype: can it hold one half?")
def keeps_integers(X, W, b):
    """a layer that answers whole numbers with integers instead of floats"""
    return X @ W + b


@mistake("dense_forward", hint="Which dtype does np.zeros give you when you do not ask for one?")
def makes_everything_float64(X, W, b):
    """a layer that turns float32 into float64"""
    Z = np.zeros((X.shape[0], W.shape[1]))
    for i in range(X.shape[0]):
        Z[i] = X[i] @ W + b
    return Z


@mistake("dense_forward", hint="How many biases does one neuron have?")
def adds_all_biases_to_each_neuron(X, W, b):
    """a layer in which every neuron gets the sum of all biases"""
    return X @ W + 1.0 * np.sum(b)


@mistake("dense_forward", hint="Make all weights zero: are the biases still there?")
def adds_the_bias_before_the_weights(X, W, b):
    """a layer that adds its biases to the examples, before they are weighted"""
    return (X + 1.0 * b) @ W


# --- layer_forward --------------------------------------------------------------------------------------------------


@mistake("layer_forward", hint="Is the bias part of what the activation sees?")
def activates_the_bare_products(X, W, b, activation):
    """a layer that adds its biases after the activation"""
    return activation(X @ W) + b, X @ W + b


@mistake("layer_forward", hint="Z is needed again later: what is left of it after your activation?")
def overwrites_the_preactivations(X, W, b, activation):
    """a layer that writes its activations over Z and returns them twice"""
    Z = X @ W + b
    Z[:] = activation(Z)
    return Z, Z


@mistake("layer_forward", hint="Which comes first in your `return`, and which does the description name first?")
def returns_them_the_other_way_round(X, W, b, activation):
    """a layer that returns (Z, A) instead of (A, Z)"""
    Z = X @ W + b
    return Z, activation(Z.copy())


@mistake("layer_forward", hint="Pass np.abs: can an entry of A still be negative?")
def forgets_to_activate(X, W, b, activation):
    """a layer that never applies its activation"""
    Z = X @ W + b
    return Z.copy(), Z


@mistake("layer_forward", hint="Feed rows of zeros and print Z: what should it be?")
def activates_without_its_bias(X, W, b, activation):
    """a layer that has lost its biases"""
    Z = X @ W
    return activation(Z.copy()), Z


@mistake("layer_forward", hint="How many things does the description promise under 'Returns'?")
def keeps_the_preactivations_to_itself(X, W, b, activation):
    """a layer that returns A alone"""
    return activation(X @ W + b)


@mistake("layer_forward", hint="What does your layer answer when it is handed another activation than ReLU?")
def always_uses_relu(X, W, b, activation):
    """a layer that uses ReLU whatever activation it is given"""
    Z = X @ W + b
    return np.maximum(Z, 0), Z


@mistake("layer_forward", hint="How often does the activation meet the same number?")
def applies_the_activation_twice(X, W, b, activation):
    """a layer that applies its activation twice"""
    Z = X @ W + b
    return activation(activation(Z.copy())), Z


# --- count_parameters -----------------------------------------------------------------------------------------------


@mistake("count_parameters", hint="One neuron with three inputs: how many numbers does it have, and is b among them?")
def forgets_the_biases(sizes):
    """a count of the weights alone, without biases"""
    return sum(m * n for m, n in zip(sizes[:-1], sizes[1:]))


@mistake("count_parameters", hint="Does the input compute anything that would need a bias?")
def gives_the_input_biases(sizes):
    """a count that gives biases to the input as well"""
    return sum(m * n for m, n in zip(sizes[:-1], sizes[1:])) + sum(sizes)


@mistake("count_parameters", hint="Three sizes make how many layers, and how many does your loop visit?")
def misses_the_last_layer(sizes):
    """a count that stops one layer too early"""
    return sum(m * n + n for m, n in zip(sizes[:-2], sizes[1:-1]))


@mistake("count_parameters", hint="For a layer from 3 to 2, b has shape (2,): do you add 2 or 3?")
def counts_biases_by_the_inputs(sizes):
    """a count with one bias for each input of a layer instead of one for each neuron"""
    return sum(m * n + m for m, n in zip(sizes[:-1], sizes[1:]))


@mistake("count_parameters", hint="Does a layer have one bias, or one for each of its neurons?")
def counts_one_bias_a_layer(sizes):
    """a count with a single bias for each layer"""
    return sum(m * n + 1 for m, n in zip(sizes[:-1], sizes[1:]))


@mistake("count_parameters", hint="Print sizes after your call: is it still the old list?")
def uses_up_the_list(sizes):
    """a count that takes the sizes out of the caller's list"""
    total = 0
    m = sizes.pop(0)
    while sizes:
        n = sizes.pop(0)
        total += (m + 1) * n
        m = n
    return total


@mistake("count_parameters", hint="Is the first layer connected to the third?")
def multiplies_all_sizes(sizes):
    """a count that multiplies all sizes with each other"""
    return int(np.prod(sizes)) + sum(sizes[1:])


# --- standardize ----------------------------------------------------------------------------------------------------


@mistake("standardize", hint="Could you compute this for one new patient?")
def uses_the_statistics_of_the_test_data(X_train, X_test):
    """test data standardised with their own mean and standard deviation"""
    scaled = []
    for X in (X_train, X_test):
        std = X.std(axis=0) if len(X) else np.ones(X.shape[1])
        mean = X.mean(axis=0) if len(X) else np.zeros(X.shape[1])
        std[std == 0] = 1.0
        scaled.append((X - mean) / std)
    return scaled[0], scaled[1]


@mistake("standardize", hint="How many means are there: one, or one for each column?")
def takes_one_mean_for_all_columns(X_train, X_test):
    """data standardised with one mean and one standard deviation for all columns"""
    mean, std = X_train.mean(), X_train.std()
    if std == 0:
        std = 1.0
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("standardize", hint="What do you divide by in a column that never changes?")
def divides_by_a_spread_of_zero(X_train, X_test):
    """data whose constant columns are divided by zero"""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("standardize", hint="What becomes of a test value of 6 in a column that was always 5 in training?")
def divides_by_next_to_nothing(X_train, X_test):
    """data whose constant columns are divided by 1e-8"""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0) + 1e-8
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("standardize", hint="Does np.std divide by I or by I - 1 when you do not tell it?")
def divides_by_one_less(X_train, X_test):
    """data scaled with the standard deviation that divides by I - 1 (ddof=1)"""
    mean = X_train.mean(axis=0)
    std = np.sqrt(((X_train - mean) ** 2).sum(axis=0) / max(len(X_train) - 1, 1))
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("standardize", hint="Are the test data allowed to have a say in the mean?")
def learns_from_both_sets(X_train, X_test):
    """data standardised with the mean and standard deviation of both sets together"""
    X = np.concatenate([X_train, X_test])
    mean, std = X.mean(axis=0), X.std(axis=0)
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_test - mean) / std


@mistake("standardize", hint="Measure a length in cm instead of m: do your numbers change?")
def divides_by_the_variance(X_train, X_test):
    """data divided by the variance, without the square root"""
    mean, var = X_train.mean(axis=0), X_train.var(axis=0)
    var[var == 0] = 1.0
    return (X_train - mean) / var, (X_test - mean) / var


@mistake("standardize", hint="Print np.std of your columns: is it 1?")
def only_shifts(X_train, X_test):
    """data that are shifted to mean 0 but never scaled"""
    return X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)


@mistake("standardize", hint="Print X_train after your call: is it still the old X_train?")
def standardizes_in_place(X_train, X_test):
    """data standardised inside the caller's own arrays"""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std[std == 0] = 1.0
    for X in (X_train, X_test):
        X -= mean
        X /= std
    return X_train, X_test


@mistake("standardize", hint="A test value that differs from the constant is news: is it still there in your answer?")
def silences_constant_columns(X_train, X_test):
    """data whose constant columns are zero in the test data too, whatever stood there"""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    keep = np.where(std == 0, 0.0, 1.0)
    std[std == 0] = 1.0
    return keep * (X_train - mean) / std, keep * (X_test - mean) / std


# --- output_activation ----------------------------------------------------------------------------------------------


@mistake("output_activation", hint="Can a network with this output ever predict minus three degrees?")
def predicts_no_negative_number(task):
    """ReLU as the output of a regression"""
    names = {"regression": "relu", "binary": "sigmoid", "multiclass": "softmax"}
    if task not in names:
        raise ValueError(task)
    return names[task]


@mistake("output_activation", hint="Exactly one class is right: must the K outputs sum to 1?")
def lets_each_class_decide_for_itself(task):
    """a sigmoid for each of K classes of which only one can be right"""
    names = {"regression": "identity", "binary": "sigmoid", "multiclass": "sigmoid"}
    if task not in names:
        raise ValueError(task)
    return names[task]


@mistake("output_activation", hint="What is the softmax of a single number?")
def takes_softmax_of_one_number(task):
    """softmax for a single output, which is then always 1"""
    names = {"regression": "identity", "binary": "softmax", "multiclass": "softmax"}
    if task not in names:
        raise ValueError(task)
    return names[task]


@mistake("output_activation", hint="Ask for 'guessing': does your function refuse, or return something anyway?")
def takes_any_other_task_for_regression(task):
    """a function whose last `else` answers every unknown task with 'identity'"""
    if task == "binary":
        return "sigmoid"
    if task == "multiclass":
        return "softmax"
    return "identity"


@mistake("output_activation", hint="Is a step smooth enough to learn from, and does it give a probability?")
def answers_yes_or_no_with_a_step(task):
    """the step function for a yes-or-no question"""
    names = {"regression": "identity", "binary": "step", "multiclass": "softmax"}
    if task not in names:
        raise ValueError(task)
    return names[task]
