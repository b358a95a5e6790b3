# %% answer weighted_sum
<<<<<<< HEAD
def weighted_sum(x, w):
    return float(np.dot(x, w))
=======
def weighted_sum(x, w):
    return 0.0
>>>>>>> main
