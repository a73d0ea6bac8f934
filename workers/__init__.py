"""What happens after a commit, through the job queue (F4), and what time alone triggers.

Owns the queue and the clock; refuses to hold rules of the trade, which the domains are
asked for.
"""
