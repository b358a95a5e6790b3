"""From a wrong answer to what is behind it."""
