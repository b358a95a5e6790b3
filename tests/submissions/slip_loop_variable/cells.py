# %% last
for neuron in range(3):
    pass
