"""What runs beside the student. It imports `sandbox.common` and `errors` alone."""
