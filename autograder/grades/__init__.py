"""Final grades: from the points of all assignments to one total per student, by the rules of course.yml."""
