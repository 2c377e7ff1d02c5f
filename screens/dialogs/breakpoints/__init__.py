"""Breakpoints and watches."""
