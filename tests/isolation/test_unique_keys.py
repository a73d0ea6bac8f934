"""What another has named is free for oneself, and says nothing: no unique key spans organisations.

But for the keys that the network shares, and those are told to everybody who may write them.
"""

from collections.abc import Mapping

import pytest
from sqlalchemy import UniqueConstraint

from app.kernel.ids import new_id
from app.tables import METADATA
from tests.isolation.spent import Spent
from tests.support.documents import command_document, input_fields
from tests.support.world import gid

pytestmark = pytest.mark.xdist_group("isolation of what has ended")
SHARED: Mapping[str, str] = {
    "brand: name": "a word of the network, shown to all",
    "category: parent_id, name": "a word of the network, shown to all",
    "returnable_container: name": "a word of the network, shown to all",
    "tax_category: name": "a word of the network, shown to all",
    "role: code": "built-in roles, which nobody writes",
    "sku: code": "goods have one code in a network; who drafts may hear that one is taken",
    "sku_packaging: gtin": "one number in the world; who drafts may hear that it is taken",
    "platform.identity: email": "a person is one everywhere; adding one answers alike",
    "platform.tenant: slug": "for platform staff alone",
}
"""Keys that begin with nothing of one's own, and why they tell nobody too much."""

TERMS = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "100", "benefit": "10"}],
    "currency": "CNY",
}
GRANTS = [{"permission": "ORDER_READ", "scope": "ORGANISATION"}]
NAMED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "createCustomerGroup": ("group", {}),
    "createCustomerLevel": ("level", {}),
    "createTerritory": ("area", {}),
    "createMembershipTier": ("tier", {"currency": "CNY", "threshold": "5"}),
    "createTradeScheme": ("scheme", {"terms": TERMS}),
    "createRole": ("role", {"grants": GRANTS}),
}
"""What commands name, and the word in the victim's own name for such a thing."""


def unique_keys() -> set[str]:
    """Every unique key whose first column after the tenant is not of one thing or organisation."""
    keys = set[str]()
    for table in METADATA.sorted_tables:
        named = [item.columns.keys() for item in table.constraints if _is_key(item)]
        named += [
            [str(each).rpartition(".")[2] for each in index.expressions]
            for index in table.indexes
            if index.unique
        ]
        for columns in named:
            own = [column for column in columns if column != "tenant_id"]
            if own and (not own[0].endswith("_id") or own[0] == "parent_id"):
                keys.add(f"{table.fullname}: {', '.join(own)}")
    return keys


def _is_key(item: object) -> bool:
    return isinstance(item, UniqueConstraint)


def test_every_key_of_the_network_is_known():
    counted = {"audit_sealed_entry: seal_number, place", "platform.schedule_run: id"}

    assert unique_keys() - counted == set(SHARED), "begin the key with its owner, or say why not"


@pytest.mark.parametrize("command", NAMED)
async def test_a_name_of_another_is_free(spent: Spent, command):
    word, more = NAMED[command]
    stranger = spent.strangers["sibling"]
    own = gid("Organisation", str(stranger.organisation_id))
    asked = dict(more) | ({"organisationId": own} if command == "createRole" else {})
    text = command_document(command)

    answers = []
    for name in (f"{spent.branch.secret} {word}", f"Free {new_id().hex}"):
        once = {"idempotencyKey": new_id().hex} if "idempotencyKey" in input_fields(command) else {}
        answer = await stranger.ask(text, input={"name": name, **asked, **once})
        answers.append(answer.data[command]["__typename"])

    assert answers[0] == answers[1] != "Refusal"


async def test_a_person_who_works_elsewhere_is_added_like_one_whom_nobody_knows(spent: Spent):
    stranger = spent.strangers["sibling"]
    given = {
        "organisationId": gid("Organisation", str(stranger.organisation_id)),
        "name": "Mallory",
        "initialPassword": "correct horse battery",
        "roleIds": [],
    }
    text = command_document("addMember")

    emails = (spent.branch.buyer.email, f"{new_id().hex}@example.com")
    answers = [await stranger.ask(text, input=given | {"email": email}) for email in emails]

    assert [answer.data["addMember"]["__typename"] for answer in answers] == ["Membership"] * 2


async def test_an_idempotency_key_of_another_is_free(spent: Spent):
    given = {"idempotencyKey": new_id().hex, "name": "Spring", "effectiveFrom": "2199-01-01"}
    text = command_document("createPriceChangeSet")

    theirs = await spent.branch.colleague.ask(text, input=given)
    other = await spent.strangers["sibling"].ask(text, input=given | {"name": "Autumn"})

    made = [answer.data["createPriceChangeSet"] for answer in (theirs, other)]
    assert [each["__typename"] for each in made] == ["PriceChangeSet"] * 2
    assert made[0]["id"] != made[1]["id"]
