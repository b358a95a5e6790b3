"""The reference answers, one module an assignment. For instructors' eyes."""
