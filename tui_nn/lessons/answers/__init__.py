"""What a question can ask: a function each."""
