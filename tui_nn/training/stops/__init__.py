"""Stops: breakpoints, watches, and how both are typed."""
