"""The schema is the manual of the API: it says what everything is, in sentences set in order."""

import inspect

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType

from app.rbac.permissions import Permission
from tests.support.documents import schema

SAID = GraphQLEnumType | GraphQLInputObjectType | GraphQLObjectType


def test_every_type_and_all_that_can_be_asked_or_done_is_described():
    roots = [each for each in (schema().query_type, schema().mutation_type) if each]
    said = {
        name: each.description
        for name, each in schema().type_map.items()
        if isinstance(each, SAID) and not name.startswith("__")
    } | {name: field.description for root in roots for name, field in root.fields.items()}

    assert {name for name, text in said.items() if not text} == set()
    assert {name for name, text in said.items() if text != inspect.cleandoc(text or "")} == set()


def test_every_permission_says_what_it_allows_and_in_which_scopes():
    permissions = schema().type_map["Permission"]
    assert isinstance(permissions, GraphQLEnumType)

    said = {name: value.description or "" for name, value in permissions.values.items()}

    assert set(said) == set(Permission.__members__)
    for name, text in said.items():
        assert text.startswith(Permission[name].sentence)
        assert all(scope in text for scope in Permission[name].scopes)
