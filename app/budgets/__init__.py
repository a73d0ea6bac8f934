"""Spending budgets: what a buyer's people may order, by order and by calendar period.

Counted when an order is submitted, and given back with what is cancelled of it.
"""
