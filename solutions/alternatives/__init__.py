"""Right answers that look different from the reference: no hidden test may fail one of them."""
