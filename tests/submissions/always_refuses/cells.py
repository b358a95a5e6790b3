# %% answer logic_gate
def logic_gate(name):
    raise ValueError(name)

# %% answer decision_line
def decision_line(w, b, x1):
    raise ValueError
