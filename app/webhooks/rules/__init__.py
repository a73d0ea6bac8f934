"""What webhooks go by: the catalogue of events, addresses, signatures, and when to try again."""
