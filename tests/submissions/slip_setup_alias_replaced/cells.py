# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy
from sklearn.datasets import load_iris
# %% answer weighted_sum
def weighted_sum(x, w):
    return float(numpy.dot(x, w))
