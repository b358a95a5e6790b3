# %% last
step = 0.1
