"""What a command does to a workspace: grade a batch or one file, preview, replay, verify, serve."""
