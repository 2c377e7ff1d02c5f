"""What a screen shows, and its keys."""
