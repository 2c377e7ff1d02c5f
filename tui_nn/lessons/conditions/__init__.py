"""What a task can ask for: a function each."""
