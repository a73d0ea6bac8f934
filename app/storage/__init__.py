"""Stored files: bytes in the database, what they are, whose, and what for."""
