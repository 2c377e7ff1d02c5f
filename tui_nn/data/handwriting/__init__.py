"""Digits drawn by our own pen: the embedded data set and the generator that draws it.

``python -m tui_nn.data.handwriting`` rebuilds ``assets/digits.npz``.
"""
