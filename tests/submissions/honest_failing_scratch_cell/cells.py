# %% after step
step(undefined)
# %% after neuron
1 / 0
# %% last
def broken(:
