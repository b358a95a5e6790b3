# %% first
import sys
print("\x1b]0;owned\x07\x1b[2J\x1b]8;;http://example.org\x07click\x1b]8;;\x07")
sys.stderr.write("\x1b]52;c;b3duZWQ=\x07")
# %% answer decision_line
def decision_line(w, b, x1):
    raise ValueError("\x1b]0;owned\x07\r\x1b[1A")
