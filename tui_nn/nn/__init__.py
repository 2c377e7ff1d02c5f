"""The network: activations, losses, and the program of one training step."""
