# %% answer decision_line
def decision_line(w, b, x1):
    if np.ndim(x1):
        return sum(iter(int, 1))
    while True:
        pass
# %% last
while True:
    pass
