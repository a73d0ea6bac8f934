"""How a product comes on sale: what must be complete, who reviews it, is its display right.

Owns the way from draft to listed (R2-7..R2-12); refuses to know what a product is, which is the
catalogue's.
"""
