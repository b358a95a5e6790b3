# %% answer neuron_batch
def neuron_batch(X, w, b, activation):
    for row in X:
        activation(np.full(200_000, row @ w + b))
    return 0.0
