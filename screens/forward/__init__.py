"""Screen 2: a sample goes through the network."""
