"""Orders paid online through a provider: begun, reported by signed call-backs, asked about (R0-33).

It stands above orders and money, and knows of providers what one interface says.
"""
