"""The catalogue names events that are really told, and subjects that the API can show."""

import ast
from pathlib import Path

import app
from app.webhooks.rules.events import heard_kinds, type_name
from tests.support.documents import node_types

ROOT = Path(app.__file__).parent
MADE_OF_WORDS = {"product_listed", "product_delisted"}  # f"product_{status}"


def words() -> set[str]:
    """Every text of the code below the schema, in lower case."""
    trees = [
        ast.parse(path.read_text())
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] not in {"schema", "edge", "webhooks", "notifications"}
    ]
    return {
        node.value.lower()
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_event_of_the_catalogue_is_told_somewhere():
    assert heard_kinds() - words() == MADE_OF_WORDS


def test_every_subject_is_a_type_with_a_global_id():
    subjects = (
        "order",
        "invoice",
        "product",
        "warehouse",
        "organisation",
        "trading_relationship",
        "price_change_set",
        "webhook",
        "ticket",
        "order_request",
        "announcement",
        "standing_order",
        "relationship_request",
    )

    assert {type_name(each) for each in subjects} <= set(node_types())
