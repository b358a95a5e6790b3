# %% last
from pylab import *
