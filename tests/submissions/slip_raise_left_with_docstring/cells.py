# %% answer weighted_sum
def weighted_sum(x, w):
    """Add up."""
    # YOUR CODE HERE
    raise NotImplementedError()
    total = 0.0
    for a, b in zip(x, w):
        total += a * b
    return total
