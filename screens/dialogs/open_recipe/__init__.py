"""Start a run of another recipe."""
