# %% answer logic_gate
class Gate:
    def __init__(self, w, b):
        self.w, self.b = np.array(w, dtype=float), b
    def __eq__(self, other):
        return isinstance(other, Gate) and np.allclose(self.w, other.w) and self.b == other.b
def logic_gate(name):
    gates = {"AND": Gate([1, 1], -1.5), "OR": Gate([1, 1], -0.5), "NAND": Gate([-1, -1], 1.5)}
    if name not in gates:
        raise ValueError(name)
    return gates[name].w, gates[name].b
