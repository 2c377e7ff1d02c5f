"""Screen 3: the step as a program, its tensors, every gradient."""
