"""`autograder serve`: grades each submission as it arrives."""
