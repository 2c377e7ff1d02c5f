"""Say which digit one's own drawing is, and keep it."""
