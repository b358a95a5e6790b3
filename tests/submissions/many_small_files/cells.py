# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% first
import os
try:
    for number in range(4000):
        os.mkdir(f"d{number}")
        open(f"d{number}/f", "w").close()
except OSError as fault:
    print(fault)
