# %% answer step
def step(z):
    """Fire or stay silent."""
    # YOUR CODE HERE
    raise NotImplementedError()
# %% after step
def step(z):
    z = np.asarray(z)
    return (z >= 0).astype(z.dtype if z.dtype == np.float32 else float)
