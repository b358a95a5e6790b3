# %% after step
step(np.array([1.0, -1.0]))
