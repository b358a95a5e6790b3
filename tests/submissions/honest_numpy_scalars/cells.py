# %% answer weighted_sum
def weighted_sum(x, w):
    return np.array(np.dot(x, w))
# %% answer logic_gate
def logic_gate(name):
    gates = {"AND": ([2, 2], -3), "OR": ((2, 2), np.int32(-1)), "NAND": (np.array([-2, -2]), np.array(3))}
    if name not in gates:
        raise ValueError(name)
    return gates[name]
