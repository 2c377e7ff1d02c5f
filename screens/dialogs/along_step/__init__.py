"""The loss along the step."""
