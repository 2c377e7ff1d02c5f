"""Change a parameter, silence a neuron."""
