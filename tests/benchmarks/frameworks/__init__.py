"""tui-nn beside eager PyTorch and scikit-learn, on the same networks, data and machine."""
