"""The words that every package shares: money, quantity, period and their kin.

Owns exact arithmetic and plain value objects. Refuses to know tables, sessions, clocks, networks
and any package above it.
"""
