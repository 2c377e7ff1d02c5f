"""Storage: saved runs, their library, and exported tables."""
