"""Open a saved run."""
