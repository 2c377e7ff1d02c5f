"""The open lesson: what it says and checks, and how it stands beside every screen."""
