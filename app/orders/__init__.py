"""Carts, orders and their lifecycle: one document, seen from the seller's and the buyer's side.

Owns the order's state machine and quantity buckets (F8); refuses to know shipments and supply,
which move its buckets through `operations`.
"""
