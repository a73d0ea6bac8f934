"""The GraphQL schema: types, resolvers and batch loaders over guarded commands and queries (F10).

Owns the API's words; holds no rule of the trade and no SQL.
"""
