# %% drop test_weighted_sum
# %% drop test_step
# %% drop step
# %% last
def step(z):
    return np.heaviside(z, 1.0)
