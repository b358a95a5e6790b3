# %% first
import warnings
warnings.simplefilter("error")
import numpy
numpy.seterr(all="raise")
numpy.set_printoptions(precision=2, suppress=True)
