# %% first
from IPython.display import HTML, SVG, Javascript, Markdown, display
evil = "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src='javascript:alert(1)'></iframe>"
display(HTML(evil), Markdown(evil), Javascript("alert(1)"), SVG("<svg onload='alert(1)'><script>alert(1)</script></svg>"))
display({"text/html": evil, "application/javascript": "alert(1)", "application/vnd.jupyter.widget-view+json": {}}, raw=True)
# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
