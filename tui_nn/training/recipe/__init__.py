"""Recipe: all that decides a training run, its file, and the keys that may change."""
