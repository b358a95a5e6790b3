# %% last
del step
