"""Turns one submission into a `Graded`, and many of them through processes that may die."""
