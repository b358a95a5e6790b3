# %% answer step
def fires(z):
    return np.asarray(z) >= 0


def step(z):
    z = np.asarray(z)
    return fires(z).astype(z.dtype if z.dtype == np.float32 else float)
# %% last
def fires(z):
    return 0.5


def step(z):
    return fires(z)
