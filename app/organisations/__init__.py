"""The network's tree of organisations and the trading relationships between them (R3-1..R3-6).

Owns who buys from whom on which terms; refuses to know prices, stock and orders.
"""
