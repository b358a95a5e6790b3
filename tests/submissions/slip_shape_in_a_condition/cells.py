# %% answer weighted_sum
if True:
    def weighted_sum(x, w):
        return float(np.dot(x, w))
