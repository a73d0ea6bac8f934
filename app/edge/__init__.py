"""The edge: what stands between a socket and the schema, and is never reached by a resolver.

Owns GraphQL over HTTP (strict decoding, stored documents and their cost, negotiation, the endpoint)
and what every request meets whatever it asks for: limits, budgets, headers, logs, metrics, probes.
Knows the schema's words only through the schema; holds no rule of the trade.
"""
