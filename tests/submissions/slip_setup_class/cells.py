# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris


class Helper:
    scale = 1.0

    def dot(self, x, w):
        return self.scale * float(np.dot(x, w))
# %% answer weighted_sum
def weighted_sum(x, w):
    return Helper().dot(x, w)
