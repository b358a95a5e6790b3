# %% answer weighted_sum
def weighted_sum(x, w):
    raise NotImplementedError()


def weighted_sum(x, w):
    return float(np.dot(x, w))
