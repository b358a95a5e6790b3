"""What both processes share: values, messages and their limits."""
