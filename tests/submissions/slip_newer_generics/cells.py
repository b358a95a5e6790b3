# %% answer weighted_sum
def first[T](x: list[T]) -> T:
    return x[0]


def weighted_sum(x, w):
    return float(np.dot(x, w))
