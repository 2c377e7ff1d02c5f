"""Save hyperparameters as a recipe file."""
