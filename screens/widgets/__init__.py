"""Widgets: shapes and arrays in, strips out. They draw and do not compute."""
