"""Go to a step or an epoch."""
