"""The edits of the run."""
