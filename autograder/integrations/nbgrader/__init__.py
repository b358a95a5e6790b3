"""What nbgrader's own commands and formgrader load of this kit; the workspace's nbgrader_config.py names each part."""
