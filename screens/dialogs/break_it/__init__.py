"""Train with a mistake that people make."""
