# %% answer step
def step(z):
    return True if np.ndim(z) == 0 else np.ones(1)
