"""The fault laboratory: breaks a running installation in every way we know, and counts the damage.

Starts real processes and trades over HTTP; knows nothing of the application but its books. The
races (`chaos.races`) let many reach for one thing at once.
"""
