"""Which of its listed goods a seller sells to whom, and what a customer should carry.

Owns assortments and must-sell lists; refuses to know carts and orders, which packages above hold
to them.
"""
