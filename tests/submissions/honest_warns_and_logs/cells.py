# %% answer step
import logging, sys, warnings
def step(z):
    warnings.warn("an own warning", UserWarning)
    logging.getLogger("mine").warning("step was called")
    print("careful", file=sys.stderr)
    return np.heaviside(z, 1.0)
