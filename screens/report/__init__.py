"""A run as one page to hand in: what was trained, how it went, how good it is."""
