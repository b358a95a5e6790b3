"""Final grades: from the points of all assignments to one total a student, by the rules of course.yml."""
