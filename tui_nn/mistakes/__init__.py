"""The mistakes that people make in a network written by hand: each a change to a program."""
