# %% first
import numpy as np
np.seterr(all="raise")
np.set_printoptions(precision=2)
np.random.seed(0)
