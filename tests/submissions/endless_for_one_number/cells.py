# %% answer step
def step(z):
    while np.ndim(z) == 0:
        pass
    return np.where(z >= 0, 1, 0).astype(np.result_type(np.float32, z) if z.dtype == np.float32 else float)
