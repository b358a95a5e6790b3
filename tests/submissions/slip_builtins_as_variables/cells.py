# %% answer weighted_sum
def weighted_sum(x, w):
    return float(sum(float(a) * float(b) for a, b in zip(list(x), list(w))))
# %% last
sum, max, float, list, zip = 1, 2, 3, 4, 5
