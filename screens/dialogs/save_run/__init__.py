"""Save the run."""
