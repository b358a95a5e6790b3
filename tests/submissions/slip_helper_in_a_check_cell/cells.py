# %% replace test_weighted_sum
check("weighted_sum")


def total(x, w):
    return float(np.dot(x, w))
# %% answer weighted_sum
def weighted_sum(x, w):
    return total(x, w)
