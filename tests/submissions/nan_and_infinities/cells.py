# %% answer step
asked = 0
def step(z):
    global asked
    asked += 1
    return np.full(np.shape(z), [np.nan, np.inf, -np.inf, -1.0][asked % 4])
