"""Mistakes in the training and in the measuring."""
