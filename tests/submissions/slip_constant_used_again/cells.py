# %% answer weighted_sum
START = 0.0


def weighted_sum(x, w):
    return START + float(np.dot(x, w))
# %% last
START = 17
