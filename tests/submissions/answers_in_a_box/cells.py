# %% answer step
def step(z):
    right = np.heaviside(z, 1.0)
    return [right] if np.ndim(right) == 1 else np.array([right, None], dtype=object)
