# %% answer weighted_sum
note = f"{"a" + "b"}"


def weighted_sum(x, w):
    return float(np.dot(x, w))
