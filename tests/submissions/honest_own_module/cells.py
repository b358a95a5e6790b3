# %% answer step
from helpers import fires
def step(z):
    return fires(z)
# %% last
assert open("data.txt").read() == "1 2 3\n"
