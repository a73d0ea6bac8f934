"""What an actor may do about money."""
