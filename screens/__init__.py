"""The face: a Textual app that draws the machine and sends it commands."""
