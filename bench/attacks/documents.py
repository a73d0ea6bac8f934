"""Documents that want to make the server work, and the largest that it allows."""

from collections.abc import Callable, Mapping

from graphql import get_introspection_query

from bench.attacks.attack import Attack, asking

_LONG = 100_000


def _doubling(levels: int) -> str:
    chain = (f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ ...F0 }} {' '.join(chain)} fragment F{levels} on Query {{ viewer {{ name }} }}"


def _doubling_fields(levels: int) -> str:
    chain = (
        f"fragment F{n} on Organisation {{ a: parent {{ ...F{n + 1} }}"
        f" b: parent {{ ...F{n + 1} }} }}"
        for n in range(levels)
    )
    start = '{ organisation(id: "x") { ...F0 } }'
    return f"{start} {' '.join(chain)} fragment F{levels} on Organisation {{ name }}"


def _tree(levels: int) -> str:
    inside = "name"
    for _ in range(levels):
        inside = f"parent {{ {inside} }} parent {{ {inside} }}"
    return f'{{ organisation(id: "x") {{ {inside} }} }}'


_CHILDREN = "children { edges { node { "
_ROUND = "fields { type { "
_PAGE = "products(first: 100) { edges { node { id name skus { id packaging { level } } } } }"

DOCUMENTS: tuple[Attack, ...] = (
    asking(
        "fields nested deep",
        lambda: '{ organisation(id: "x") { ' + _CHILDREN * 30 + "id " + "}" * 92,
        "TOO_DEEP",
    ),
    asking("unknown fields nested deep", lambda: "{ a " * 150 + "}" * 150, "TOO_DEEP"),
    asking(
        "inline fragments nested deep",
        lambda: "{ ... " * 150 + "{ viewer { name } }" + "}" * 150,
        "TOO_NESTED",
    ),
    asking(
        "fragments nested through each other",
        lambda: (
            "{ ...F0 } "
            + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(90))
            + " fragment F90 on Query { viewer { name } }"
        ),
        "TOO_NESTED",
    ),
    asking(
        "lists nested deep", lambda: "{ nodes(ids: " + "[" * 1_200 + "]" * 1_200 + ") }", "INVALID"
    ),
    asking(
        "input objects nested deep",
        lambda: "{ quote(input: " + "{ a: " * 600 + "1" + "}" * 600 + ") { net } }",
        "INVALID",
    ),
    asking(
        "hundreds of aliases",
        lambda: "{ " + " ".join(f"a{n}: __typename" for n in range(800)) + " }",
        "TOO_MANY_ALIASES",
    ),
    asking(
        "aliases of a page",
        lambda: "{ " + " ".join(f"a{n}: {_PAGE}" for n in range(60)) + " }",
        "TOO_COSTLY",
    ),
    asking(
        "unknown directives",
        lambda: "{ viewer { name " + "@a " * 1_200 + "} }",
        "TOO_MANY_DIRECTIVES",
    ),
    asking(
        "conditions on conditions",
        lambda: "{ viewer { name " + "@include(if: true) " * 300 + "} }",
        "TOO_MANY_DIRECTIVES",
    ),
    asking("fragments that double", lambda: _doubling(40), "TOO_MANY_FIELDS"),
    asking("fields that double", lambda: _doubling_fields(12), "TOO_MANY_FIELDS"),
    asking("a fragment in itself", lambda: "{ ...A } fragment A on Query { ...A }", "INVALID"),
    asking(
        "fragments in a circle, with fields between",
        lambda: (
            '{ organisation(id: "x") { ...A } } fragment A on Organisation { parent { ...B } }'
            " fragment B on Organisation { parent { ...A } }"
        ),
        "INVALID",
    ),
    asking(
        "a circle that nothing spreads",
        lambda: "{ viewer { name } } fragment A on Query { ...B } fragment B on Query { ...A }",
        "INVALID",
    ),
    asking(
        "equal fragments",
        lambda: "{ ...A } " + "fragment A on Query { viewer { name } } " * 200,
        "INVALID",
    ),
    asking(
        "more fragments than a client has",
        lambda: (
            "{ "
            + " ".join(f"...F{n}" for n in range(200))
            + " } "
            + " ".join(f"fragment F{n} on Query {{ viewer {{ name }} }}" for n in range(200))
        ),
        "TOO_MANY_FRAGMENTS",
    ),
    asking(
        "one nested field 200 times",
        lambda: "{ " + 'organisation(id: "x") { parent { name } } ' * 200 + "}",
        "TOO_MANY_EQUAL_FIELDS",
    ),
    asking(
        "one field 2,400 times", lambda: "{ viewer { " + "name " * 2_400 + "} }", "TOO_MANY_FIELDS"
    ),
    asking(
        "one field 1,400 times",
        lambda: "{ viewer { " + "name " * 1_400 + "} }",
        "TOO_MANY_EQUAL_FIELDS",
    ),
    asking("equal pairs at every level", lambda: _tree(8), "TOO_MANY_EQUAL_FIELDS"),
    asking(
        "equal fields in a fragment that nothing spreads",
        lambda: "{ viewer { name } } fragment A on Viewer { " + "name " * 1_400 + "}",
        "TOO_MANY_EQUAL_FIELDS",
    ),
    asking(
        "more tokens than a document has",
        lambda: "{ " + "viewer { name } " * 2_000 + "}",
        "TOO_MANY_TOKENS",
    ),
    asking(
        "unknown fields",
        lambda: "{ " + " ".join(f"vieweg{n}" for n in range(1_400)) + " }",
        "TOO_MANY_UNKNOWN_FIELDS",
    ),
    asking(
        "unknown arguments",
        lambda: (
            "{ products("
            + " ".join(f"firsf{n}: 1" for n in range(800))
            + ") { edges { cursor } } }"
        ),
        "TOO_MANY_ARGUMENTS",
    ),
    asking(
        "unknown fields in an allowed number",
        lambda: "{ " + " ".join(f"vieweg{n}" for n in range(50)) + " }",
        "INVALID",
    ),
    asking(
        "unknown types",
        lambda: "{ " + " ".join(f"... on Producf{n} {{ id }}" for n in range(40)) + " }",
        "INVALID",
    ),
    asking(
        "undeclared variables",
        lambda: "{ " + "nodes(ids: [" + " ".join(f"$v{n}" for n in range(400)) + "]) { id } }",
        "INVALID",
    ),
    asking(
        "hundreds of variables",
        lambda: "query(" + " ".join(f"$v{n}: Int" for n in range(600)) + ") { viewer { name } }",
        "TOO_MANY_VARIABLES",
    ),
    asking(
        "a list written into the document",
        lambda: "{ nodes(ids: [" + '"x" ' * 2_400 + "]) { id } }",
        "TOO_MANY_ITEMS",
    ),
    asking(
        "a list of 100,000 ids",
        lambda: "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        "TOO_COSTLY",
        ids=["T3JkZXI6eA=="] * _LONG,
    ),
    asking(
        "a list of 100,000 that nobody asked for",
        lambda: "{ viewer { name } }",
        "TOO_COSTLY",
        ids=[1] * _LONG,
    ),
    asking(
        "a page of two thousand million",
        lambda: "{ orders(first: 2147483647) { edges { cursor node { id } } } }",
        "TOO_COSTLY",
    ),
    asking(
        "a page of two thousand million by variable",
        lambda: "query($n: Int!) { orders(first: $n) { edges { node { id } } } }",
        "TOO_COSTLY",
        n=2**31 - 1,
    ),
    asking(
        "pages of pages",
        lambda: (
            "{ organisations(first: 100) { edges { node { children(first: 100) { edges { node {"
            " children(first: 100) { edges { node { id } } } } } } } } } }"
        ),
        "TOO_COSTLY",
    ),
    asking(
        "a page of a number of 60,000 digits",
        lambda: "{ orders(first: " + "9" * 60_000 + ") { edges { node { id } } } }",
        "TOO_LONG_NUMBER",
    ),
    asking(
        "a long number where none is asked for",
        lambda: "{ viewer(a: " + "9" * 60_000 + ") { name } }",
        "TOO_LONG_NUMBER",
    ),
    asking(
        "a condition of a long number",
        lambda: "{ viewer @include(if: " + "9" * 60_000 + ") { name } }",
        "TOO_LONG_NUMBER",
    ),
    asking(
        "a default of a long fraction",
        lambda: "query($d: Decimal = 1." + "9" * 60_000 + ") { viewer { name } }",
        "TOO_LONG_NUMBER",
    ),
    asking(
        "a hundred mutations",
        lambda: "mutation { " + "signOut { __typename } " * 100 + "}",
        "TOO_MANY_MUTATIONS",
        "TOO_MANY_EQUAL_FIELDS",
    ),
    asking(
        "introspection in circles",
        lambda: "{ __schema { types { " + _ROUND * 5 + "name" + " } }" * 5 + " } } }",
        "TOO_DEEP_INTROSPECTION",
    ),
    asking(
        "introspection through arguments",
        lambda: (
            '{ __type(name: "Query") { fields { args { type'
            " { possibleTypes { fields { name } } } } } } }"
        ),
        "TOO_DEEP_INTROSPECTION",
    ),
    asking(
        "introspection side by side",
        lambda: (
            "{ __schema { types { "
            + " ".join(f"a{n}: fields {{ args {{ type {{ name }} }} }}" for n in range(40))
            + " } } }"
        ),
        "TOO_COSTLY",
    ),
    asking(
        "introspection twice over",
        lambda: get_introspection_query().replace(
            "{", "{ again: __schema { types { ...FullType } }", 1
        ),
        "TOO_COSTLY",
    ),
    asking(
        "introspection of what a type is made of, and that of",
        lambda: '{ __type(name: "Query") { ' + "ofType { " * 100 + "name " + "}" * 102,
        "TOO_DEEP",
    ),
    asking(
        "the schema a hundred times over",
        lambda: "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(100)) + "}",
        "TOO_COSTLY",
    ),
    asking(
        "the largest type a hundred times over",
        lambda: (
            "{ "
            + " ".join(
                f'a{n}: __type(name: "Query") {{ fields {{ args {{ type {{ name }} }} }} }}'
                for n in range(100)
            )
            + " }"
        ),
        "TOO_COSTLY",
    ),
    asking("a megabyte of commas", lambda: "{ viewer { name } }" + "," * 1_000_000, "TOO_LARGE"),
    asking(
        "a thousand comments",
        lambda: "#\n" * 20_000 + "{ viewer { name } }",
        "TOO_MANY_TOKENS",
        "TOO_LARGE",
    ),
    asking(
        "a field's name of a megabyte",
        lambda: "{ " + "a" * 1_000_000 + " }",
        "INVALID",
        "TOO_LARGE",
    ),
)
"""Documents that the cost rule, the parser or validation must refuse."""

LARGEST: Mapping[str, Callable[[], str]] = {
    "the whole schema": get_introspection_query,
    "a page of 100 orders": lambda: "{ orders(first: 100) { edges { node { id lines { id } } } } }",
    "one field 57 times": lambda: "{ " + "viewer { name } " * 57 + "}",
    "70 fragments side by side": lambda: (
        "{ "
        + " ".join(f"...F{n}" for n in range(70))
        + " } "
        + " ".join(f"fragment F{n} on Query {{ viewer {{ name }} }}" for n in range(70))
    ),
    "100 aliases": lambda: "{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }",
    "equal pairs just allowed": lambda: (
        "{ " + 'organisation(id: "x") { parent { name } } ' * 57 + "}"
    ),
}
"""Documents just within the limits: what the limits themselves allow to cost."""
