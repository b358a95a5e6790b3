# %% last
np = 3
