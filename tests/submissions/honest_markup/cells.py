# %% first
from IPython.display import HTML, Markdown, Math, display
display(Math(r"w \cdot x"), Markdown("**bold** <b>and</b> $x < 1$"), HTML("<table><tr><td>1</td></tr></table>"))
# %% answer decision_line
def decision_line(w, b, x1):
    if w[1] == 0:
        raise ValueError("<w[1]> must be > 0 or < 0 & not 0")
    return (-b - w[0] * x1) / w[1]
