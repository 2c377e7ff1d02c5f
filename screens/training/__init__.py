"""Screen 4: the curves of the run, its progress and its health."""
