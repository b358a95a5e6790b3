# %% answer weighted_sum
def weighted_sum(x, w):
    total = 0.0
    for a, b in zip(x, w):
        total += a * b
    raise NotImplementedError()
