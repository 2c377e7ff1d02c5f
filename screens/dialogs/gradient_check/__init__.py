"""A gradient checked numerically."""
