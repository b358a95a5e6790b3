"""The hidden tests, one module an assignment. They run beside the grader, never beside the student."""
