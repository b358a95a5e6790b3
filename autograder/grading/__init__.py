"""One submission to one `Graded`, and many of them through processes that may die."""
