# %% answer decision_line
EVIL = "<script>alert(1)</script>" + chr(27) + "]0;owned" + chr(7) + chr(27) + "[2J" + chr(0x202E)
def decision_line(w, b, x1):
    raise type("<script>alert(1)</script>", (Exception,), {})(EVIL)
# %% answer step
def step(z):
    return "<script>alert(1)</script>" + chr(27) + "]0;owned" + chr(7)
