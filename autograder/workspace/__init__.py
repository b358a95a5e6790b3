"""What is on disk of a class: submissions in; results, executed notebooks, the audit log and signatures out."""
