"""Invoices, payments, credit exposure and the double-entry books behind them (R3-25..R3-28).

Owns what is owed and paid; takes documents as a source and refuses to know orders.
"""
