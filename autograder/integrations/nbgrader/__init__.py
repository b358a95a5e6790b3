"""Parts of this kit that nbgrader's commands and formgrader load; the workspace's nbgrader_config.py lists them."""
