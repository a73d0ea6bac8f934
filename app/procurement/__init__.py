"""Covering shortages: an organisation's own orders to its sellers upstream (R1-22, R1-33).

Owns how shortages become orders upstream, linked line by line; refuses to know how goods
travel, arrive and reach those who wait.
"""
