"""What one seller asks of one buyer for one SKU, unit and quantity at one instant.

Owns price lists, contracts, quantity breaks and the quote. Refuses to know promotions, orders,
stock and credit; it never rewrites a quote that an order has stored.
"""
