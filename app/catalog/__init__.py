"""Products, SKUs, packaging levels, brands, categories and tax categories (R3-7..R3-9).

Owns what can be traded; refuses to know at what price and how much there is.
"""
