"""The grader's side of the student's process: starts it, limits it, and asks it."""
