# %% replace setup
import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris
import warnings
warnings.filterwarnings("ignore")
np.set_printoptions(precision=2, suppress=True)
plt.rcParams["figure.dpi"] = 120
