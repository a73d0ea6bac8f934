"""Docstrings and requirements become the SDL's descriptions: one sentence serves all readers."""
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# No public walk over a schema's types exists; what graphql-core keeps in `extensions` is untyped.

import inspect
from typing import Any

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

from app.rbac.permissions import Permission


def document(schema: strawberry.Schema) -> None:
    """Copy docstrings onto types and fields that have no description of their own."""
    for graphql_type in schema._schema.type_map.values():  # noqa: SLF001  # no public walk exists
        definition = (graphql_type.extensions or {}).get("strawberry-definition")
        if isinstance(definition, StrawberryObjectDefinition):
            _describe(graphql_type, definition)
        elif isinstance(definition, StrawberryEnumDefinition):
            said = graphql_type.description or definition.wrapped_cls.__doc__
            graphql_type.description = said and inspect.cleandoc(said)
            if definition.wrapped_cls is Permission:
                _say_what_each_allows(graphql_type)


def _say_what_each_allows(graphql_type: Any) -> None:
    for name, value in graphql_type.values.items():
        permission = Permission[name]
        value.description = f"{permission.sentence} Scopes: {', '.join(permission.scopes)}."


def _describe(graphql_type: Any, definition: StrawberryObjectDefinition) -> None:
    graphql_type.description = graphql_type.description or _sentence(definition.origin)
    for field in getattr(graphql_type, "fields", {}).values():
        declared = (field.extensions or {}).get("strawberry-definition")
        if declared is None:
            continue
        resolver = declared.base_resolver.wrapped_func if declared.base_resolver else None
        parts = [field.description or _sentence(resolver), declared.metadata.get("requirement")]
        field.description = "\n\n".join(part for part in parts if part) or None


def _sentence(thing: object) -> str | None:
    documented = thing is not None and getattr(thing, "__doc__", None)
    if not documented or str(documented).startswith(f"{getattr(thing, '__name__', '')}("):
        return None
    return inspect.cleandoc(str(documented))
