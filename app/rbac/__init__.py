"""Who may do what: the permission catalogue, roles, memberships and the guard (F3).

Owns permissions and their compilation through Casbin; refuses to know which rows they reach, which
each aggregate's `queries` decide.
"""
