"""What each screen shows, worked out by plain functions that need no terminal."""
