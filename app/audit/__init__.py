"""Append-only trail of who changed what, on whose behalf, when and why (R1-2, R2-33).

Owns the trail; refuses to know what the subjects are.
"""
