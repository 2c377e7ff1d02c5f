"""An app drawn as its terminal can draw it: themes, colour modes and plain ASCII."""
