"""The order's state machine and quantity arithmetic: no session, no clock (F8, domain.md (e))."""
