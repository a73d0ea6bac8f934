"""What both sides read of tickets, and the seller of its customers."""
