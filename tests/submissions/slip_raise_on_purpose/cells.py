# %% answer weighted_sum
def weighted_sum(x, w):
    # I had no time
    raise NotImplementedError()
