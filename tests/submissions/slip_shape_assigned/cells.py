# %% answer weighted_sum
weighted_sum = lambda x, w: float(np.dot(x, w))
# %% answer decision_line
@functools.lru_cache(maxsize=None)
def _scale(number):
    return number


def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError("upright")
    return _scale(-1) * (w[0] * x1 + b) / w[1]
