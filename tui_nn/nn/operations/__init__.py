"""The arithmetic of a training step, one module for each of its phases."""
