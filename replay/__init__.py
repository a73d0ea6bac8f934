"""Replay a folder of recorded orders against a real server, and hold its books to the record."""
