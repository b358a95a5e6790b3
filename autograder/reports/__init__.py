"""Results as HTML pages that show only what course.yml reveals."""
