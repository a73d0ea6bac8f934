"""Closing an organisation for good, once nothing of its trade is open (R3-6).

It stands above orders, stock and money, since it asks all of them.
"""
