# %% replace setup
import math
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris
# %% answer weighted_sum
def weighted_sum(x, w):
    return float(math.fsum(a * b for a, b in zip(x, w)))
