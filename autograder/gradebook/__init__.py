"""nbgrader's database. Nothing that a person entered there is ever overwritten."""
