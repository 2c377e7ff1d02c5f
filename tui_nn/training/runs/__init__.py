"""Runs: the thread that trains them, those to compare, saved ones, and sweeps."""
