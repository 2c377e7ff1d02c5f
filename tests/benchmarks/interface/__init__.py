"""How long keys take, and how much travels to the terminal."""
