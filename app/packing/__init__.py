"""Goods in packages: what each holds, its number for the world, and what is printed of it.

Owns packages and their contents, labels and delivery notes; refuses to move goods, which
fulfilment does.
"""
