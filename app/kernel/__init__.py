"""Plain values that every layer speaks: identifiers, actors, errors, money, quantities, periods.

Owns no table and does no I/O; refuses to know any package above it.
"""
