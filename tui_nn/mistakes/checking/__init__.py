"""Reads what somebody hands in, whatever it is called and however it lies, and reports on it."""
