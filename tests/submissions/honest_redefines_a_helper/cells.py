# %% answer step
def helper(z):
    return 0.0
def step(z):
    return helper(z)
# %% last
def helper(z):
    return np.heaviside(z, 1.0)
