"""Learn: lessons, whose tasks are checked in the app."""
