"""Networks and the people in them: founding, signing in, memberships, roles, the trail they leave.

Owns no table: it ties `tenants`, `identities`, `rbac` and `organisations` together where a person
meets all four; refuses to know what people trade.
"""
