"""What an actor may read of what is meant to be ordered."""
