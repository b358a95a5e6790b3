"""Submissions from other systems' downloads, and grades as files that their gradebooks import."""
