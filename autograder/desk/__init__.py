"""Pages for grading by hand: written answers, wrong answers in code, and doubts."""
