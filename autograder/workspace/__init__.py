"""A class's files on disk: submissions in; results, executed notebooks, the audit log and signatures out."""
