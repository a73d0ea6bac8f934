"""Each word of the glossary is one that the API or a table uses."""

import re

import pytest
from graphql import GraphQLEnumType

from app.tables import METADATA
from tests.support.documents import schema
from tests.support.papers import PROJECT

TEXT = (PROJECT / "docs/glossary.md").read_text("utf-8")
WORDS = re.findall(r"^\| `([^`]+)` \|", TEXT, re.MULTILINE)
TABLES = {table.name for table in METADATA.tables.values()}


def is_in_the_api(word):
    name, _, value = word.partition(".")
    kind = schema().type_map.get(name)
    if value:
        return isinstance(kind, GraphQLEnumType) and value in kind.values
    return kind is not None


@pytest.mark.parametrize("word", WORDS)
def test_the_word_is_in_use(word):
    assert is_in_the_api(word) or word in TABLES


def test_no_word_is_explained_twice():
    assert len(WORDS) > 50
    assert len(WORDS) == len(set(WORDS))
