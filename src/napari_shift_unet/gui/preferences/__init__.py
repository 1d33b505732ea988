"""What the widgets remember from one session to the next."""
