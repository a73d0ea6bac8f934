"""Warehouses, lots, an append-only ledger of stock moves, reservations (F7, R3-47).

Owns what lies where and for whom it is set aside; refuses to know orders: they come as a source.
"""
