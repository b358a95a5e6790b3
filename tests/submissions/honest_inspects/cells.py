# %% answer step
import gc, inspect, os, sys
def step(z):
    assert sys._getframe().f_code.co_name == "step"
    assert "heaviside" in inspect.getsource(step)
    return np.heaviside(z, 1.0)
# %% last
print(os.environ.get("HOME"), len(sys.modules), len(gc.get_objects()), os.getcwd(), os.getpid())
print(inspect.getsource(weighted_sum))
