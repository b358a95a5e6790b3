# %% answer decision_line
def decision_line(w, b, x1):
    raise type("E" * 10**6, (Exception,), {})("m" * 10**6)
# %% answer step
def step(z):
    return "x" * 10**6
