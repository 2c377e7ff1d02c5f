"""Screen 7: runs side by side, and sweeps."""
