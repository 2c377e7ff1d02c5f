"""Session: the debugger, its steps, its record, and the thread that owns it."""
