"""Carts and orders in the API: one document, seen from both sides (F8)."""
