"""Launch a sweep."""
