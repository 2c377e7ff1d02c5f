"""Open a photo of a digit."""
