"""The layers of a network, a module each: forward, adjoint and gradients side by side."""
