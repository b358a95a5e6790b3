# %% answer weighted_sum
def weighted_sum(x, w):
    raise NotImplementedError("still to do")
    return float(np.dot(x, w))
