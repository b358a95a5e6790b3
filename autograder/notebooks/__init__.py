"""Notebooks as bytes and cells: an author's, a release, a student's, the executed one. It opens no student's file."""
