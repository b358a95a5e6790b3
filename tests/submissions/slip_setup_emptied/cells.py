# %% replace setup
