# %% answer weighted_sum
def weighted_sum(x, w): return np.void(b"12345678")
# %% answer step
def step(z): return np.array(["2020-01-01"], dtype="datetime64[D]")
# %% answer preactivation
def preactivation(x, w, b): return np.timedelta64("NaT")
# %% answer decision_line
def decision_line(w, b, x1): return np.zeros((3,), dtype=[("a", "f8"), ("b", "O")])
# %% answer neuron
def neuron(x, w, b, activation): return np.longdouble("nan")
