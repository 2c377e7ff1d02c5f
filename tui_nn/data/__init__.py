"""Data: digits from files, from the network and from our own pen strokes."""
