"""A digit of one's own: drawn stroke by stroke, or found on a photo, and made ready as MNIST's."""
