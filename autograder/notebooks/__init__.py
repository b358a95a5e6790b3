"""Notebooks as bytes and cells: an author's, a release, a student's, the executed one. Opens no student's file."""
