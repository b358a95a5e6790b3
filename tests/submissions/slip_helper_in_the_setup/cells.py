# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris


def total(x, w):
    return float(np.dot(x, w))
# %% answer weighted_sum
def weighted_sum(x, w):
    return total(x, w)
