"""Who carries goods for a seller: what is known of them, and how they are spoken to.

Owns carriers, their secrets and what was asked of them; refuses to know what an order is.
"""
