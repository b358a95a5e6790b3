"""Turns an author's files into nbgrader's source and the release, and proves that the hidden tests are good."""
