"""Analysis: evaluation, health, gradient checks, the loss along a step, what-if."""
