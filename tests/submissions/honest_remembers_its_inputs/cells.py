# %% answer weighted_sum
seen = {}
def weighted_sum(x, w):
    key = (np.asarray(x).tobytes(), np.asarray(w).tobytes(), np.asarray(x).dtype.str, np.asarray(w).dtype.str)
    print("asked for", x, w)
    if key not in seen:
        seen[key] = float(np.dot(x, w))
    return seen[key]
