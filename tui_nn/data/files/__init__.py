"""The files and folders of digits that people have, in many layouts; each says what it read."""
