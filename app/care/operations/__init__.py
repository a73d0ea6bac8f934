"""What customer care offers to the clock, and what its own commands share."""
