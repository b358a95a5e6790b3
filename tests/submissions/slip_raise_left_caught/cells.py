# %% answer weighted_sum
def weighted_sum(x, w):
    try:
        raise NotImplementedError()
    except NotImplementedError:
        return float(np.dot(x, w))
