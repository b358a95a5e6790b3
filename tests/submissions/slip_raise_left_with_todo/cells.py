# %% answer weighted_sum
def weighted_sum(x, w):
    # YOUR CODE HERE
    raise NotImplementedError()
    total = 0.0
    for a, b in zip(x, w):
        total += a * b
    return float(total)
