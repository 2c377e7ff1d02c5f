"""The moving window: a convolution or a pooling, position by position."""
