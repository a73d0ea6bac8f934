"""Covering shortages: an organisation's own orders to its sellers upstream (R1-22, R1-33).

Owns how shortages become orders, linked line by line, and how what arrives reaches those waiting.
"""
