# %% answer weighted_sum
def weighted_sum(x, w):
    total = float(np.dot(x, w))
    raise NotImplementedError()
    return total
