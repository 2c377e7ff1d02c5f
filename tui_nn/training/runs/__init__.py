"""Runs: those of a sitting, side by side, and sweeps."""
