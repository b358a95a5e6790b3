# %% answer weighted_sum
def weighted_sum(x, w):
    return float(np.dot(x, w)) − 0.0
