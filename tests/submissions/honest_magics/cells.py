# %% first
%matplotlib inline
%config InlineBackend.figure_format = "retina"
%precision 3
!pip list
# %% after weighted_sum
%timeit -n 2 -r 2 weighted_sum(np.ones(3), np.ones(3))
# %% after step
%%time
step(np.zeros(3))
# %% last
import matplotlib.pyplot as plt
plt.plot([1, 2, 3]);
plt.show()
