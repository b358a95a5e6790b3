# %% answer weighted_sum
def weighted_sum(x, w):
    return total(x, w) * ONE
# %% last
ONE = 1.0
def total(x, w):
    return float(np.dot(x, w))
