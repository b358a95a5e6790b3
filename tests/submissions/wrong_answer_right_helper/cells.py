# %% answer step
def step(z):
    return 0.0
# %% last
def step(z):
    z = np.asarray(z)
    return (z >= 0).astype(z.dtype if z.dtype == np.float32 else float)
