"""Set a weight or a bias to another value."""
