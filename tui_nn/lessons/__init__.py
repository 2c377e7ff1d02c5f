"""Lessons: pages of text that set the app up, with tasks and questions that are checked there."""
