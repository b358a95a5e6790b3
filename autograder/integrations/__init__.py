"""Other people's systems. Each subpackage can be deleted without the rest noticing."""
