"""Export what is selected."""
