# %% answer weighted_sum
def weighted_sum(x, w):
    print(“sum”)
    return float(np.dot(x, w))
