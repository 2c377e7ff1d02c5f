"""Dialogs: a folder each."""
