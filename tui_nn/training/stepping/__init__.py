"""Stepping: runs the operations of steps, goes back to earlier ones, and records figures."""
