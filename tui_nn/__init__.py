"""The machine: a NumPy network and the debugger that steps it. Knows no terminal."""
