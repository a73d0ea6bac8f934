"""Signatures and reports of providers: plain functions, no session and no clock of their own."""
