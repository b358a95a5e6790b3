# %% answer weighted_sum
def weighted_sum(x, w):
    return float(np.dot(x, w))
    # YOUR CODE HERE
    raise NotImplementedError()
