"""What an actor may do with carts and orders; every command is one transition (F8)."""
