"""One transaction of one tenant: tables' common shape, connections, Work, outbox, idempotency.

Owns how rows are reached; refuses to know what any of them means.
"""
