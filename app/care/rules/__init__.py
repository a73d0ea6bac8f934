"""Tickets as plain values: their states, who is to answer, and until when."""
