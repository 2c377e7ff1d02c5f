"""Judges somebody's gradients, and names the mistakes that explain what is wrong with them."""
