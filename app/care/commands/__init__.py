"""What people do with tickets and with the log of contacts, and what the clock does."""
