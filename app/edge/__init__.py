"""The edge: what stands between a socket and the schema, and is never reached by a resolver.

Owns GraphQL over HTTP: strict decoding, stored documents, negotiation, and the endpoint itself.
Knows the schema's words only through the schema; holds no rule of the trade and no SQL.
"""
