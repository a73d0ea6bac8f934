"""What comes before an order: carts that are kept, lists, templates, requests, standing orders.

Owns what people mean to order and when; refuses to price and to place, which it asks of the
packages below.
"""
