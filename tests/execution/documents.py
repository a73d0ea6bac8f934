"""Random documents over a schema, nearly all of them valid, with the variables they need."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from strawberry.relay.utils import to_base64

SCALARS: dict[str, tuple[Any, ...]] = {
    "String": ("", "text", 'quo"te', "line\nbreak", "}{$x: \\u0041 ''' #"),
    "Int": (0, 1, -7, 2**31 - 1),
    "Boolean": (True, False),
    "Decimal": ("12.50", "0", "-3"),
    "DateTime": ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00+08:00"),
    "Date": ("2026-03-01",),
    "Time": ("08:00:00", "23:59:30"),
    "UUID": ("6ba7b810-9dad-11d1-80b4-00c04fd430c8",),
    "ID": (to_base64("Order", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "not an id"),
    "JSON": ("{}",),
    "Float": (1.5,),
}
_DEEPEST = 6
_KEYWORDS = ("class", "None", "run", "s", "c1", "FAILED", "__import__", "await_", "f1")
"""Aliases that would be trouble, were they ever names in generated source."""


@dataclass
class Document:
    """A document's text and its variables; `seed` makes it again."""

    seed: int
    text: str
    variables: dict[str, Any]


@dataclass
class Writer:
    """Writes one document; every choice comes from one random source."""

    schema: GraphQLSchema
    random: Random
    declared: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    aliases: int = 0
    left: int = 60

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def operation(self) -> str:
        is_mutation = self.chance(0.15) and self.schema.mutation_type is not None
        root = self.schema.mutation_type if is_mutation else self.schema.query_type
        assert root is not None
        body = self.selection(root, 0)
        shown = ", ".join(f"${name}: {kind}" for name, kind in self.declared.items())
        heading = f"{'mutation' if is_mutation else 'query'} Asked"
        parts = [f"{heading}{f'({shown})' if shown else ''} {body}"]
        parts += [f"fragment {n} on {t} {text}" for n, (t, text) in self.fragments.items()]
        return "\n".join(parts)

    def selection(self, parent: GraphQLNamedType, depth: int) -> str:
        lines: list[str] = []
        wanted = self.random.randint(1, 5 if depth else 3)
        lines.extend(self.one(parent, depth) for _ in range(wanted))
        if not any(lines):
            lines.append("__typename")
        return "{ " + " ".join(line for line in lines if line) + " }"

    def one(self, parent: GraphQLNamedType, depth: int) -> str:
        self.left -= 1
        if self.chance(0.08):
            return f"{self.alias('__typename')}__typename{self.condition()}"
        if isinstance(parent, GraphQLUnionType) or self.chance(0.2):
            return self.fragment(parent, depth)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        names = [*parent.fields]
        if depth >= _DEEPEST or self.left < 0:
            names = [n for n in names if is_leaf_type(get_named_type(parent.fields[n].type))]
        if not names:
            return "__typename"
        name = self.random.choice(names)
        if "node" in names and not depth and self.chance(0.2):
            name = self.random.choice(("node", "nodes"))
        return self.selected(name, parent.fields[name], depth)

    def selected(self, name: str, definition: GraphQLField, depth: int) -> str:
        named = get_named_type(definition.type)
        arguments = self.arguments(definition)
        alias = self.alias(name, is_needed=bool(arguments) or not is_leaf_type(named))
        body = "" if is_leaf_type(named) else f" {self.selection(named, depth + 1)}"
        return f"{alias}{name}{arguments}{self.condition()}{body}"

    def alias(self, name: str, *, is_needed: bool = False) -> str:
        if self.chance(0.01):
            return f"{self.random.choice(_KEYWORDS)}: "
        if not self.chance(0.6 if is_needed else 0.4):
            return ""
        self.aliases += 1
        return f"{name.strip('_')}_{self.aliases}: "

    def fragment(self, parent: GraphQLNamedType, depth: int) -> str:
        on = self.random.choice(self.conditions(parent))
        if self.left < 0:
            return "__typename"
        if self.chance(0.4):
            known = [n for n, (kind, _) in self.fragments.items() if kind == on.name]
            if known and self.chance(0.5):
                return f"...{self.random.choice(known)}{self.condition()}"
            body = self.selection(on, depth + 1)
            name = f"F{len(self.fragments)}"
            self.fragments[name] = (on.name, body)
            return f"...{name}{self.condition()}"
        is_open = on is parent and self.chance(0.3)
        body = self.selection(on, depth + 1)
        return f"...{'' if is_open else f' on {on.name}'}{self.condition()} {body}"

    def conditions(self, parent: GraphQLNamedType) -> list[GraphQLNamedType]:
        if isinstance(parent, GraphQLUnionType | GraphQLInterfaceType):
            found: list[GraphQLNamedType] = [parent, *self.schema.get_possible_types(parent)]
            return found
        assert isinstance(parent, GraphQLObjectType)
        return [parent, *parent.interfaces]

    def condition(self) -> str:
        if not self.chance(0.12):
            return ""
        word = self.random.choice(("skip", "include"))
        if self.chance(0.3):
            return f" @{word}(if: {self.random.choice(('true', 'false'))})"
        name = self.random.choice(("yes", "no"))
        self.declared[name] = "Boolean!"
        self.variables[name] = name == "yes"
        return f" @{word}(if: ${name})"

    def arguments(self, definition: GraphQLField) -> str:
        given: list[str] = []
        for name, argument in definition.args.items():
            if is_required_argument(argument) or self.chance(0.4):
                given.append(f"{name}: {self.value(argument, argument.type)}")
        return f"({', '.join(given)})" if given else ""

    def value(self, argument: GraphQLArgument | None, kind: GraphQLInputType) -> str:
        if not self.chance(0.4):
            return self.literal(kind)
        name = f"v{len(self.declared)}"
        self.declared[name] = str(kind)
        is_optional = not isinstance(kind, GraphQLNonNull)
        if is_optional and self.chance(0.2):
            return f"${name}"  # declared, never given
        self.variables[name] = self.json(kind) if not self.chance(0.02) else {"odd": [1]}
        del argument
        return f"${name}"

    def json(self, kind: GraphQLInputType) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self.json(kind.of_type) if self._is_nullable(kind) else self._some(kind.of_type)
        return None if self.chance(0.1) else self._some(kind)

    def _is_nullable(self, kind: GraphQLNonNull[Any]) -> bool:
        return isinstance(kind.of_type, GraphQLNonNull)

    def _some(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLList):
            return [self.json(kind.of_type) for _ in range(self.random.randint(0, 2))]
        if isinstance(kind, GraphQLInputObjectType):
            names = [
                name
                for name, one in kind.fields.items()
                if is_required_input_field(one) or self.chance(0.3)
            ]
            names = names[:1] if kind.is_one_of else names
            return {name: self.json(kind.fields[name].type) for name in names}
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice([*kind.values])
        return self.random.choice(SCALARS[kind.name])

    def literal(self, kind: GraphQLInputType) -> str:
        return written(self.json(kind), kind)


def written(value: Any, kind: Any) -> str:
    """A JSON value as a literal of an input type."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if value is None:
        return "null"
    if isinstance(kind, GraphQLList):
        return "[" + ", ".join(written(item, kind.of_type) for item in value) + "]"
    if isinstance(kind, GraphQLInputObjectType):
        items = (f"{n}: {written(v, kind.fields[n].type)}" for n, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(kind, GraphQLEnumType):
        return str(value)
    return scalar(value)


def scalar(value: Any) -> str:
    """A plain value as GraphQL writes it."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def random_document(schema: GraphQLSchema, seed: int) -> Document:
    """The document of a seed; validation may still refuse it for merging unlike fields."""
    writer = Writer(schema, Random(seed))
    text = writer.operation()
    return Document(seed, text, writer.variables)
