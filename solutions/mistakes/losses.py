"""Wrong answers to the exercises about losses, as students write them: without types."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from autograder.testing import mistake

# --- sum_squared_error ----------------------------------------------------------------------------------------------


@mistake("sum_squared_error", hint="Print the shape of the difference.")
def compares_each_with_all(y, f):
    """a sum over all I x I pairs, from subtracting an array (I,) from a column (I, 1)"""
    if y.shape != f.shape or len(y) == 0:
        raise ValueError("these two do not belong together")
    return float(np.sum((y.reshape(-1, 1) - f) ** 2))


@mistake("sum_squared_error", hint="Can an error of -2 make up for an error of +2?")
def squares_the_sum(y, f):
    """an error that adds up the differences first and squares their sum"""
    if y.shape != f.shape or len(y) == 0:
        raise ValueError("these two do not belong together")
    return float(np.sum(y - f) ** 2)


@mistake("sum_squared_error", hint="Make every prediction too large: is your error below zero?")
def adds_plain_differences(y, f):
    """an error that forgets to square the differences"""
    if y.shape != f.shape or len(y) == 0:
        raise ValueError("these two do not belong together")
    return float(np.sum(y - f))


@mistake("sum_squared_error", hint="Give every example twice: should this error double, or stay as it is?")
def takes_the_mean(y, f):
    """a mean of the squared differences where their sum was asked for"""
    if y.shape != f.shape or len(y) == 0:
        raise ValueError("these two do not belong together")
    return float(np.mean((y - f) ** 2))


@mistake("sum_squared_error", hint="Subtract shape (3, 1) from shape (3,): how many differences does NumPy make?")
def trusts_every_shape(y, f):
    """an error that never compares the shapes of y and f, and lets NumPy stretch the smaller one"""
    if len(y) == 0 or len(f) == 0:
        raise ValueError("no examples")
    return float(np.sum((y - f) ** 2))


@mistake("sum_squared_error", hint="What does an error of 3 cost: 3 or 9?")
def adds_absolute_differences(y, f):
    """an error that adds up absolute differences instead of squared ones"""
    if y.shape != f.shape or len(y) == 0:
        raise ValueError("these two do not belong together")
    return float(np.sum(np.abs(y - f)))


@mistake("sum_squared_error", hint="One example, one error of 2: does your function say 4?")
def halves_the_sum(y, f):
    """a sum of squares with one half in front"""
    if np.shape(y) != np.shape(f) or len(y) == 0:
        raise ValueError("shapes")
    return float(np.sum((y - f) ** 2) / 2)


# --- mean_squared_error ---------------------------------------------------------------------------------------------


@mistake("mean_squared_error", hint="Give every example twice: should a mean change?")
def forgets_to_divide(y, f):
    """a sum of the squared differences where their mean was asked for"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.sum((y - f) ** 2))


@mistake("mean_squared_error", hint="One example, one error of 2: does your function say 4?")
def halves_the_mean(y, f):
    """a mean squared error with an extra factor of one half"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.mean((y - f) ** 2) / 2)


@mistake("mean_squared_error", hint="How many squared errors did you add up, and by which number do you divide?")
def divides_by_both_lengths(y, f):
    """a mean squared error that divides by I twice, once for y and once for f"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.sum((y - f) ** 2) / (len(y) * len(f)))


@mistake("mean_squared_error", hint="Print the shape of y - f inside your function: is it still flat?")
def averages_each_with_all(y, f):
    """a mean over all I x I pairs, from subtracting an array (I,) from a column (I, 1)"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.mean((y[:, None] - f[None, :]) ** 2))


@mistake("mean_squared_error", hint="What is the mean of nothing, and which error should your function raise?")
def averages_over_nothing(y, f):
    """a mean squared error that answers nan when there are no examples"""
    return float(np.mean((y - f) ** 2))


@mistake("mean_squared_error", hint="An error of 3 should cost nine times as much as an error of 1: does it?")
def averages_absolute_errors(y, f):
    """a mean of the absolute errors, without any square"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.mean(np.abs(y - f)))


@mistake("mean_squared_error", hint="In which unit is a squared error, and was its root asked for?")
def takes_the_root_of_the_mean(y, f):
    """a root of the mean squared error"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.sqrt(np.mean((y - f) ** 2)))


# --- best_constant --------------------------------------------------------------------------------------------------


@mistake("best_constant", hint="Which constant has zero gradient?")
def takes_the_median(y):
    """a median, which is best for absolute errors and not for squared ones"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.median(y))


@mistake("best_constant", hint="Are the rare values of no importance to a sum of squares?")
def takes_the_most_frequent(y):
    """a mode, the value that occurs most often"""
    if len(y) == 0:
        raise ValueError("no examples")
    values, counts = np.unique(y, return_counts=True)
    return float(values[np.argmax(counts)])


@mistake("best_constant", hint="Were you asked for the best constant, or for how good it is?")
def returns_the_loss(y):
    """a smallest sum of squares instead of the constant that gives it"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.sum((y - np.mean(y)) ** 2))


@mistake("best_constant", hint="The answer of np.argmin is a position: what is there?")
def returns_the_position(y):
    """a position in the list of constants that were tried, instead of the constant"""
    if len(y) == 0:
        raise ValueError("no examples")
    tried = np.linspace(y.min(), y.max(), 1001)
    return int(np.argmin([np.sum((y - c) ** 2) for c in tried]))


@mistake("best_constant", hint="What is the mean of nothing, and which error should your function raise?")
def takes_the_mean_of_nothing(y):
    """a best constant that is nan when there are no examples"""
    return float(np.mean(y))


# --- loss_grid ------------------------------------------------------------------------------------------------------


@mistake("loss_grid", hint="Which of the two goes down the rows of your answer, phi0 or phi1?")
def swaps_the_axes(x, y, phi0, phi1):
    """a grid of shape (B, A), with the slopes down the rows"""
    if len(x) == 0:
        raise ValueError("no examples")
    return np.array([[np.mean((y - offset - slope * x) ** 2) for offset in phi0] for slope in phi1])


@mistake("loss_grid", hint="Does each column of your answer have its own slope?")
def freezes_the_slope(x, y, phi0, phi1):
    """a grid whose loop changes the offset and keeps the first slope"""
    if len(x) == 0:
        raise ValueError("no examples")
    grid = np.zeros((len(phi0), len(phi1)))
    for a in range(len(phi0)):
        for b in range(len(phi1)):
            grid[a, b] = np.mean((y - phi0[a] - phi1[0] * x) ** 2)
    return grid


@mistake("loss_grid", hint="Give every example twice: should the loss of a line double?")
def sums_instead_of_averaging(x, y, phi0, phi1):
    """a grid of sums of squared errors instead of means"""
    if len(x) == 0:
        raise ValueError("no examples")
    return np.array([[np.sum((y - offset - slope * x) ** 2) for slope in phi1] for offset in phi0])


@mistake("loss_grid", hint="Where is your line at x = 0: at phi0, or at phi1?")
def confuses_offset_and_slope(x, y, phi0, phi1):
    """a grid of lines whose offset and slope are swapped"""
    if len(x) == 0:
        raise ValueError("no examples")
    return np.array([[np.mean((y - a * x - b) ** 2) for b in phi1] for a in phi0])


@mistake("loss_grid", hint="One example, one error of 2: does your grid say 4?")
def halves_the_whole_grid(x, y, phi0, phi1):
    """a grid of losses with one half in front"""
    if len(x) == 0:
        raise ValueError("no examples")
    errors = phi0[:, None, None] + phi1[None, :, None] * x - y
    return np.mean(errors**2, axis=2) / 2


@mistake("loss_grid", hint="What is the mean of nothing, and which error should your function raise?")
def fills_the_grid_with_nothing(x, y, phi0, phi1):
    """a grid of losses that is nan when there are no examples"""
    errors = phi0[:, None, None] + phi1[None, :, None] * x - y
    return np.mean(errors**2, axis=2)


# --- binary_cross_entropy -------------------------------------------------------------------------------------------


@mistake("binary_cross_entropy", hint="Can a cost be negative here?")
def forgets_the_minus(y, p, eps=1e-12):
    """a cross-entropy without its minus sign"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="Make all labels 0: is your loss 0?")
def sees_the_ones_only(y, p, eps=1e-12):
    """a cross-entropy without its (1 - y) term, so that labels of 0 cost nothing"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(y * np.log(np.clip(p, eps, 1 - eps))))


@mistake("binary_cross_entropy", hint="What is 0*log 0 in NumPy?")
def takes_the_log_of_zero(y, p, eps=1e-12):
    """a cross-entropy that does not clip, and meets 0 * log 0, which is nan"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="A chance of p = 0.5 should cost 0.693.")
def counts_in_bits(y, p, eps=1e-12):
    """a cross-entropy in bits, with the logarithm to base 2"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)))


@mistake("binary_cross_entropy", hint="A chance of p = 0.5 should cost 0.693; which logarithm gives 0.301?")
def counts_in_tens(y, p, eps=1e-12):
    """a cross-entropy with the logarithm to base 10"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p)))


@mistake("binary_cross_entropy", hint="Give every example twice: should the mean cost of an example change?")
def adds_up_the_costs(y, p, eps=1e-12):
    """a sum of the costs where their mean was asked for"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="Each y[i] must meet log p[i] only.")
def pairs_each_with_all(y, p, eps=1e-12):
    """an outer product of all labels with all logarithms, from a transposed column"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    column = y.reshape(-1, 1)
    return float(-np.mean(column * np.log(p) + (1 - column) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="Call it with eps=0.1 and with eps=0.2, and with p = 0: do you see a difference?")
def ignores_its_eps(y, p, eps=1e-12):
    """a cross-entropy that clips at 1e-12, whatever eps it is given"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="Both terms are costs: can one of them lower what the other one adds?")
def subtracts_the_second_term(y, p, eps=1e-12):
    """a cross-entropy whose (1 - y) term has the opposite sign"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="For a label of 1, which probability should be large: p, or 1 - p?")
def looks_at_the_other_probability(y, p, eps=1e-12):
    """a cross-entropy that takes the logarithm of 1 - p for both labels"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log(1 - p) + (1 - y) * np.log(1 - p)))


@mistake("binary_cross_entropy", hint="For a label of 0, which probability should be large: p, or 1 - p?")
def looks_at_one_probability(y, p, eps=1e-12):
    """a cross-entropy that takes the logarithm of p for both labels"""
    if len(y) == 0:
        raise ValueError("no examples")
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(p)))


@mistake(
    "binary_cross_entropy",
    hint="Where p is one half, clipping changes nothing: what does your constant change there?",
)
def adds_a_constant_inside(y, p, eps=1e-12):
    """a cross-entropy that adds a constant inside the logarithms instead of clipping p"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(y * np.log(p + 1e-5) + (1 - y) * np.log(1 - p + 1e-5)))


@mistake("binary_cross_entropy", hint="What is the mean of nothing, and which error should your function raise?")
def costs_nan_without_examples(y, p, eps=1e-12):
    """a cross-entropy that answers nan when there are no examples"""
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


# --- one_hot --------------------------------------------------------------------------------------------------------


@mistake("one_hot", hint="What if the last class is absent from this batch?")
def counts_the_classes_it_sees(y, K):
    """a code with as many columns as the largest label in the batch asks for, instead of K"""
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("no such class")
    K = int(y.max()) + 1
    return np.eye(K)[y]


@mistake("one_hot", hint="Which column belongs to label 0?")
def starts_at_label_one(y, K):
    """a code that takes the labels to be 1 to K instead of 0 to K - 1"""
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("no such class")
    return np.eye(K)[y - 1]


@mistake("one_hot", hint="One example per row: is the shape of your answer (I, K)?")
def puts_examples_into_columns(y, K):
    """a code of shape (K, I), with examples in columns"""
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("no such class")
    codes = np.zeros((K, len(y)))
    codes[y, np.arange(len(y))] = 1
    return codes


@mistake("one_hot", hint="Which entry of an array is the one with index -1?")
def counts_from_the_end(y, K):
    """a code that takes the label -1 for the last class"""
    if np.any(y >= K):
        raise ValueError("no such class")
    return np.eye(K)[y]


@mistake("one_hot", hint="Add up each row of your answer: what does an unknown label give?")
def leaves_unknown_labels_blank(y, K):
    """a code that gives unknown labels a row of zeros and says nothing"""
    return (y.reshape(-1, 1) == np.arange(K)).astype(float)


# --- cross_entropy --------------------------------------------------------------------------------------------------


@mistake("cross_entropy", hint="That picks I x I numbers; pair rows with labels.")
def picks_too_many_columns(y, P):
    """a cross-entropy that picks P[:, y], the columns of all labels from every row"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(np.log(P[:, y])))


@mistake("cross_entropy", hint="How many costs are there to average over: I, or I times K?")
def divides_by_the_classes_too(y, P):
    """a cross-entropy that is divided by I * K instead of I"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.sum(np.log(P[np.arange(len(y)), y])) / P.size)


@mistake("cross_entropy", hint="Change a label: does your loss change?")
def ignores_the_labels(y, P):
    """a cross-entropy that takes each row's largest probability and ignores the label"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(np.log(np.max(P, axis=1))))


@mistake("cross_entropy", hint="Is the logarithm of a probability above or below zero, and a cost?")
def loses_the_minus(y, P):
    """a cross-entropy of several classes without its minus sign"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.mean(np.log(P[np.arange(len(y)), y])))


@mistake("cross_entropy", hint="Which logarithms does an example need: all K of them, or one?")
def takes_every_logarithm(y, P):
    """a cross-entropy that takes the logarithms of all classes, and trips over a 0 that belongs to no label"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.sum(np.eye(P.shape[1])[y] * np.log(P)) / len(y))


@mistake("cross_entropy", hint="Which comes first, the logarithm or the mean?")
def averages_the_probabilities(y, P):
    """a cross-entropy that averages the probabilities and takes one logarithm at the end"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.log(np.mean(P[np.arange(len(y)), y])))


@mistake("cross_entropy", hint="Give every example twice: should the mean cost of an example change?")
def adds_up_all_costs(y, P):
    """a sum of the costs where their mean was asked for"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.sum(np.log(P[np.arange(len(y)), y])))


@mistake("cross_entropy", hint="How far is log(p + c) from log(p) when p is small?")
def adds_a_constant_to_the_probabilities(y, P):
    """a cross-entropy that adds a constant inside the logarithm"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(np.log(P[np.arange(len(y)), y] + 1e-5)))


@mistake("cross_entropy", hint="Only the true label of an example counts: what do the other columns add to your loss?")
def judges_every_class(y, P):
    """a binary cross-entropy of each class, in which the wrong labels count as well"""
    if len(y) == 0:
        raise ValueError("no examples")
    Y = np.arange(P.shape[1]) == np.asarray(y)[:, None]
    return float(-np.mean(np.where(Y, np.log(P), np.log(1 - P))))


@mistake("cross_entropy", hint="Labels run from 0 to K - 1: which column belongs to label 0?")
def counts_the_labels_from_one(y, P):
    """a cross-entropy that takes the labels to be 1 to K"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(-np.mean(np.log(P[np.arange(len(y)), np.asarray(y) - 1])))


@mistake("cross_entropy", hint="What is the mean of nothing, and which error should your function raise?")
def answers_nan_without_examples(y, P):
    """a cross-entropy that answers nan when there are no examples"""
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


# --- softmax_cross_entropy ------------------------------------------------------------------------------------------


@mistake("softmax_cross_entropy", hint="Subtract first, then log-sum-exp.")
def takes_the_log_of_softmax(Z, y):
    """a logarithm of a finished softmax, which has already been rounded to 0"""
    if len(y) == 0:
        raise ValueError("no examples")
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = E / np.sum(E, axis=1, keepdims=True)
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


@mistake("softmax_cross_entropy", hint="Does the caller pass scores or probabilities?")
def applies_softmax_twice(Z, y):
    """a softmax of a softmax"""
    if len(y) == 0:
        raise ValueError("no examples")
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = E / np.sum(E, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(P), axis=1))
    return float(np.mean(log_sum - P[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="Which axis holds the classes: do the examples compete with one another?")
def normalises_over_the_examples(Z, y):
    """a softmax along axis 0, over the examples instead of the classes"""
    if len(y) == 0:
        raise ValueError("no examples")
    S = Z - np.max(Z, axis=0, keepdims=True)
    log_P = S - np.log(np.sum(np.exp(S), axis=0, keepdims=True))
    return float(-np.mean(log_P[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="Where do the labels enter: can the loss fall when the right score grows?")
def leaves_out_the_true_score(Z, y):
    """a log-sum-exp from which the score of the true class is never subtracted"""
    if len(y) == 0:
        raise ValueError("no examples")
    largest = np.max(Z, axis=1)
    return float(np.mean(largest + np.log(np.sum(np.exp(Z - largest[:, None]), axis=1))))


@mistake("softmax_cross_entropy", hint="Subtract each row's own max.")
def subtracts_the_overall_max(Z, y):
    """a log-sum-exp that subtracts the largest score of the whole batch from every row"""
    if len(y) == 0:
        raise ValueError("no examples")
    S = Z - np.max(Z)
    return float(np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="What is np.exp(1000), and which number may you subtract from a whole row?")
def lets_the_exponential_overflow(Z, y):
    """a log-sum-exp without any subtraction, which overflows for large scores"""
    if len(y) == 0:
        raise ValueError("no examples")
    return float(np.mean(np.log(np.sum(np.exp(Z), axis=1)) - Z[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="Print the shape of each row's largest score: does it stand beside its own row?")
def forgets_keepdims(Z, y):
    """a log-sum-exp whose largest scores have lost an axis, so that they meet columns instead of rows"""
    if len(y) == 0:
        raise ValueError("no examples")
    largest = np.max(Z, axis=1)
    log_sum = largest + np.log(np.sum(np.exp(Z - largest), axis=1))
    return float(np.mean(log_sum - Z[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="Give every example twice: should the mean cost of an example change?")
def adds_up_the_losses(Z, y):
    """a sum of the costs where their mean was asked for"""
    if len(y) == 0:
        raise ValueError("no examples")
    S = Z - np.max(Z, axis=1, keepdims=True)
    return float(np.sum(np.log(np.sum(np.exp(S), axis=1)) - S[np.arange(len(y)), y]))


@mistake(
    "softmax_cross_entropy",
    hint="How many costs do you average: one for each example, or one for each score?",
)
def divides_by_all_scores(Z, y):
    """a cross-entropy that is divided by I * K instead of I"""
    if len(y) == 0:
        raise ValueError("no examples")
    S = Z - np.max(Z, axis=1, keepdims=True)
    return float(np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[np.arange(len(y)), y]) / Z.shape[1])


@mistake("softmax_cross_entropy", hint="Does each example have probabilities of its own that add up to 1?")
def shares_one_among_all_examples(Z, y):
    """a softmax that divides by the sum over all examples"""
    if len(y) == 0:
        raise ValueError("no examples")
    S = Z - np.max(Z, axis=1, keepdims=True)
    return float(np.mean(np.log(np.sum(np.exp(S))) - S[np.arange(len(y)), y]))


@mistake("softmax_cross_entropy", hint="What is the mean of nothing, and which error should your function raise?")
def averages_no_examples(Z, y):
    """a cross-entropy that answers nan when there are no examples"""
    S = Z - np.max(Z, axis=1, keepdims=True)
    return float(np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[np.arange(len(y)), y]))
