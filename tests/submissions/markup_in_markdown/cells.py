# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% text
# Title <script>alert(1)</script>
<img src=x onerror=alert(1)> [link](javascript:alert(1))
