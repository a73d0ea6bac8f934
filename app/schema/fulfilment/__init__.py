"""Preparation, shipments and receipt in the API (R3-56..R3-63)."""
