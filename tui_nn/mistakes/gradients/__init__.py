"""Mistakes in the gradients: operations that stand in the place of the right ones."""
