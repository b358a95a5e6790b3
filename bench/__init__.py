"""Measures how fast the engine grades, against others on the same submissions and hidden tests: `python -m bench`."""
