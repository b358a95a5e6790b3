# %% first
import sys
for _ in range(300):
    print("x" * 10_000)
    print("y" * 10_000, file=sys.stderr)
import matplotlib.pyplot as plt
for _ in range(12):
    plt.figure()
    plt.plot([1, 2])
plt.show()
# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
