"""What stands between the socket and the schema: limits, budgets, refusals, logs and metrics.

Owns what every request meets whatever it asks for; refuses to know any domain.
"""
