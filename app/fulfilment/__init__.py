"""Preparation, shipments, tracking, proof of delivery and receipt (R3-56..R3-63).

Owns how goods leave, travel and arrive; moves orders only through their operations.
"""
