# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris
ZERO = 0.0
# %% answer weighted_sum
def weighted_sum(x, w):
    return ZERO + float(np.dot(x, w))
