"""Finds what is behind a wrong answer."""
