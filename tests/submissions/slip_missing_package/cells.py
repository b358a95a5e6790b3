# %% answer weighted_sum
import numpy as np
import tensorflow_of_mine as tf


def weighted_sum(x, w):
    return float(np.dot(x, w))
