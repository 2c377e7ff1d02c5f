"""Explain: one number taken apart."""
