# %% answer weighted_sum
def weighted_sum(x, w):
    raise NotImplementedError()
    return 1.0
# %% after weighted_sum
def weighted_sum(x, w):
    return float(np.dot(x, w))
