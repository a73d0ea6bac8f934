"""What an actor may do before there is an order."""
