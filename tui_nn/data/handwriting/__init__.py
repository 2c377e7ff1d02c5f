"""Digits drawn by our own pen: the embedded data set and the generator that draws it.

A digit is an *allograph* (``assets/handwriting.toml``) written by a *hand* with a *pen*, and made
into pixels by a *raster*. ``python -m tui_nn.data.handwriting`` rebuilds ``assets/digits.npz`` in
about a minute; the file is the same for the same NumPy and zlib, the pixels everywhere.
"""
