"""What the paper tells receivers to do accepts what we send, and nothing else."""

from datetime import UTC, datetime

import pytest

from app.webhooks.rules.retrying import PAUSES
from app.webhooks.rules.signing import shown, signed
from tests.support.papers import PROJECT, blocks

PAPER = PROJECT / "docs/webhooks.md"
KEY, BODY, AT = b"k" * 32, b'{"type":"ORDER_CONFIRMED"}', datetime(2026, 11, 22, tzinfo=UTC)
HEADERS = signed([KEY], "an id", AT, BODY)


@pytest.fixture(scope="module")
def is_genuine():
    (block,) = [block for block in blocks(PAPER) if block.language == "python"]
    namespace = {}
    exec(block.text, namespace)  # noqa: S102  # the paper's own example
    return namespace["is_genuine"]


def test_a_message_of_ours_is_accepted(is_genuine):
    assert is_genuine(shown(KEY), HEADERS, BODY, AT.timestamp() + 299)


def test_a_message_with_two_signatures_is_accepted_by_either_secret(is_genuine):
    both = signed([b"n" * 32, KEY], "an id", AT, BODY)

    assert is_genuine(shown(KEY), both, BODY, AT.timestamp())
    assert is_genuine(shown(b"n" * 32), both, BODY, AT.timestamp())


@pytest.mark.parametrize(
    ("secret", "changed", "body", "late"),
    [
        (b"x" * 32, {}, BODY, 0),
        (KEY, {"webhook-id": "another"}, BODY, 0),
        (KEY, {"webhook-timestamp": str(int(AT.timestamp()) + 1)}, BODY, 0),
        (KEY, {"webhook-signature": "v1,AAAA"}, BODY, 0),
        (KEY, {}, BODY + b" ", 0),
        (KEY, {}, BODY, 301),
        (KEY, {}, BODY, -301),
    ],
)
def test_anything_else_is_not(is_genuine, secret, changed, body, late):
    assert not is_genuine(shown(secret), {**HEADERS, **changed}, body, AT.timestamp() + late)


def test_the_paper_tells_the_pauses_as_they_are():
    text = PAPER.read_text("utf-8")

    told = "5 s, 30 s, 2 min, 10 min, 30 min, 1, 2, 5, 10, 14 and 20 hours"
    assert told in text
    seconds = [5, 30, 120, 600, 1_800, *(hours * 3_600 for hours in (1, 2, 5, 10, 14, 20))]
    assert [pause.total_seconds() for pause in PAUSES] == seconds
