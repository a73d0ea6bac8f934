"""Sign-in identities: one person across all tenants, their sessions and tokens.

Owns passwords and tokens; refuses to know what a person may do, which is `rbac`'s.
"""
