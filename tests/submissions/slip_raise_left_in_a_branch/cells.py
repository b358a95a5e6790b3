# %% answer weighted_sum
def weighted_sum(x, w):
    if len(x) == len(w):
        return float(np.dot(x, w))
    else:
        raise NotImplementedError("other lengths")
