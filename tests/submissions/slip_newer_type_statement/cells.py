# %% answer weighted_sum
type Vector = list[float]


def weighted_sum(x, w):
    return float(np.dot(x, w))
