# %% answer neuron
def step(z):
    return float(z) * 1.0


def neuron(x, w, b, activation):
    return activation(step(np.dot(x, w) + b))
