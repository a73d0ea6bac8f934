"""What files may be, without a database."""
