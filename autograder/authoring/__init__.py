"""An author's files to nbgrader's source and the students' release, and proof that the hidden tests are good."""
