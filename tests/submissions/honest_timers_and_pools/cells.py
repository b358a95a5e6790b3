# %% first
import sys
sys.addaudithook(lambda *a: None)
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGALRM, lambda *a: print("late"))
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
# %% answer weighted_sum
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(8)
def weighted_sum(x, w):
    return float(sum(pool.map(lambda p: p[0] * p[1], zip(x, w))))
# %% last
import sys, threading
lines = []
def tracer(frame, event, arg):
    lines.append(1)
    return tracer
sys.settrace(tracer)
sys.setprofile(lambda *a: None)
