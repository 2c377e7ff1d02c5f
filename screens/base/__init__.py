"""What every screen and dialog is built on; it imports none of them."""
