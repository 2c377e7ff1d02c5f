"""Train on one's own digits."""
