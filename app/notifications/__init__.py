"""Telling people: in-app notifications and e-mail (R2-14, R2-17).

Owns what was told to whom; refuses to know why, which its callers say in words.
"""
