"""Random keys, clicks, drags, wheel and resizes: in the real program, and in the app in process."""
