"""Customer care over the API: tickets, rules, and the log of contacts."""
