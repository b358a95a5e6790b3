"""Pages for those who grade by hand: written answers, wrong answers in code, and doubts."""
