"""Tenants: one distribution network each; the unit of isolation, sharding, export and deletion.

Owns the platform's list of tenants and their settings; refuses to know what is inside one.
"""
