"""Announcements: what a seller tells chosen customers in its own words, and who has read it.

Owns the words, whom they are for, and receipts; refuses to know how people are reached.
"""
