"""Grading on Gradescope: `bundle` writes the autograder.zip, `run` is what grades inside Gradescope's container."""
