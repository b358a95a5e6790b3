# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% first
import os
try:
    for number in range(60_000):
        os.mkdir(f"{number}")
except OSError as fault:
    print(fault)
