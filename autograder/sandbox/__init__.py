"""The student's process and the walls around it. What runs beside the student imports nothing of the grader's."""
