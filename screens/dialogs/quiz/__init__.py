"""Find a mistake that is not told."""
