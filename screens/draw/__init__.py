"""Draw a digit, and see what the network makes of it."""
