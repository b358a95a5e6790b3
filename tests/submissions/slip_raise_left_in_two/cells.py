# %% answer weighted_sum
def weighted_sum(x, w):
    raise NotImplementedError()
    return float(np.dot(x, w))
# %% answer step
def step(z):
    raise NotImplementedError
    return np.where(np.asarray(z) >= 0, 1.0, 0.0)
