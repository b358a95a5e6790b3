# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% first
import matplotlib.pyplot as plt
plt.rcParams["figure.max_open_warning"] = 0
for _ in range(200):
    plt.figure(figsize=(1, 1))
plt.show()
# %% last
plt.figure(figsize=(400, 400))
plt.plot([1, 2])
plt.show()
