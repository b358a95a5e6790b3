# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris
try:
    import torch
except ImportError:
    torch = None
# %% answer weighted_sum
def weighted_sum(x, w):
    return float(np.dot(x, w)) if torch is None else float(np.dot(x, w))
