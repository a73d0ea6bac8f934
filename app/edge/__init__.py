"""What stands between the socket and the schema: limits, costs, refusals before anything runs."""
