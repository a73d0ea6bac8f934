"""Counting tokens agrees with graphql-core's lexer, and never looks at a character twice."""

import pytest
from graphql import get_introspection_query
from graphql.language import Lexer, Source, TokenKind

from app.edge.tokens import has_more_tokens
from tests.support.documents import deepest, root_fields

WRITTEN = {
    "comments": "# one { a }\n{ a # two\n}\r# three",
    "texts": r'{ a(b: "c # \" { d", e: "", f: "\\") }',
    "long texts": '{ a(b: """c " "" \\""" # { d\n""", e: """""") }',
    "numbers": "{ a(b: -1, c: 1.5e+10, d: [1 -2 3]) }",
    "punctuation": "query($a: [A!]! = [1]) @b(c: $a) { ...D @e ... on F { g: h } }",
    "commas and marks": "\ufeff{ a, b,,, c }",
}
NEVER_CLOSED = {
    "a text": '"' + "a" * 60_000,
    "quotes": '"a\n' * 15_000,
    "escapes": '"' + '\\"' * 30_000,
    "a long text": '"""' + '\\"' * 30_000,
    "long texts": '"""a' * 15_000,
}


def lexed(text: str) -> int:
    """How many tokens graphql-core finds, the end apart."""
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


@pytest.mark.parametrize(
    "text",
    [
        *WRITTEN.values(),
        get_introspection_query(),
        *[deepest(name) for name in sorted(root_fields())[::10]],
    ],
)
def test_as_many_are_counted_as_graphql_core_finds(text):
    padded = text + " " * 4_000  # The shortest are known to be short without counting.
    count = lexed(padded)

    assert not has_more_tokens(padded, count)
    assert has_more_tokens(padded, count - 1) or "1 -2" in text


@pytest.mark.parametrize("text", NEVER_CLOSED.values(), ids=NEVER_CLOSED)
def test_texts_that_are_never_closed_are_taken_whole(text):
    assert not has_more_tokens(text, len(text) // 3)


def test_no_document_of_our_own_comes_near_the_limit():
    longest = max(lexed(deepest(name)) for name in root_fields())

    assert longest < 2_000
