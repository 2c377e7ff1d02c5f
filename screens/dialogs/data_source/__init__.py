"""Choose other data."""
