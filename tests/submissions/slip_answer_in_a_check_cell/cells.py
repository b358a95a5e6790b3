# %% replace test_weighted_sum
def weighted_sum(x, w):
    return float(np.dot(x, w))
check("weighted_sum")
# %% answer weighted_sum
def weighted_sum(x, w):
    raise NotImplementedError()
