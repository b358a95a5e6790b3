"""Wrong answers that students really give, each with the hint that a good teaching assistant gives."""
