# %% answer step
def step(z):
    raise NotImplementedError()
# %% after step
def step(z):
    z = np.asarray(z)
    return (z >= 0).astype(z.dtype if z.dtype == np.float32 else float)
# %% after step
def step(z):
    return 'a first try'
