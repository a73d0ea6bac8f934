"""Measure prices and schemes at the sizes of a real network, side by side with bare SQL.

Owns the seeding of a throwaway database and the measuring; writes nothing anywhere else.
"""
