"""What tables look like, without a database."""
