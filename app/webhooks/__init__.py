"""Webhooks: organisations' own software is told of events by HTTP (signed, retried, in order).

Owns who wants to hear what where, and what came of each attempt; refuses to know what may be shown,
which it asks with the rights of the person who set the webhook, at the moment of sending.
"""
