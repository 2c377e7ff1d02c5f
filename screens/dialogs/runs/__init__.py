"""Save and open runs."""
