"""Tributary: a distribution network's catalogue, prices, orders, stock and money in one process.

Packages form layers (see `docs/architecture.md`): calls go down, events go up.
"""
