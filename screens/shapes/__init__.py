"""What pictures are made of, without a terminal: colours, curves, numbers as text."""
