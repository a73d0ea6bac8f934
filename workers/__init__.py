"""What happens after a commit: events reach their listeners through the job queue (F4).

Owns the queue; refuses to hold rules of the trade, which listeners ask the domains for.
"""
