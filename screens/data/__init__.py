"""Screen 1: the digits, their classes and their numbers."""
