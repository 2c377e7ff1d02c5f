"""Training: recipes, and the session that steps a network through its data."""
