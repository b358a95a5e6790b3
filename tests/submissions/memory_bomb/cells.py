# %% first
a = [bytearray(2**30) for _ in range(100)]
# %% answer decision_line
def decision_line(w, b, x1):
    kept = []
    while True:
        kept.append(bytearray(2**26))
