"""Looking after customers: tickets of both sides of a trade, and the seller's log of contacts.

Owns what was asked, complained of and answered; refuses to change orders, goods or money.
"""
