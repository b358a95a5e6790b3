# %% answer decision_line
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError
    return str((-b - w[0] * x1) / w[1])
