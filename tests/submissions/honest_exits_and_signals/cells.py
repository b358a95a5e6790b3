# %% first
import atexit, signal, sys
atexit.register(print, "goodbye")
signal.signal(signal.SIGINT, signal.default_int_handler)
# %% after step
import sys
if step(1.0) == 1.0:
    sys.exit("all is well")
