"""What the app has said."""
