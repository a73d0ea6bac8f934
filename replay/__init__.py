"""Replay a folder of recorded orders against a real server, and hold its books to the record.

Owns the reading of records and the comparison; acts through HTTP as any client does, and uses the
application's code only to load the network and to check the books.
"""
