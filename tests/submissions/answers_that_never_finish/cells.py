# %% answer weighted_sum
import itertools
def weighted_sum(x, w): return itertools.count()
# %% answer step
def step(z): yield from step(z)
# %% answer preactivation
def preactivation(x, w, b):
    l = []; l.append(l); return l
# %% answer decision_line
def decision_line(w, b, x1):
    d = {}; d[1] = d; return d
# %% answer neuron
def neuron(x, w, b, activation):
    def g():
        while True:
            yield g()
    return g()
# %% answer logic_gate
async def logic_gate(name): return np.ones(2), 0.0
