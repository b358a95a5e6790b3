# %% answer weighted_sum
def weighted_sum(x, w):
    print(x, w)
    raise NotImplementedError()
