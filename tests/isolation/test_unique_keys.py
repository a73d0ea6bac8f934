"""What another has named is free for oneself, and says nothing: no unique key spans organisations.

But for the keys that the network shares, and those are told to everybody who may write them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from stdnum import ean

from app.kernel.ids import new_id
from tests.isolation.cases.writing import A_PERSON, GRANTS, SKU
from tests.isolation.matrix.keys import DRAWN, SHARED, unique_keys
from tests.isolation.spent import Spent
from tests.support.documents import command_document, input_fields
from tests.support.world import Answer, Person, gid

pytestmark = pytest.mark.xdist_group("isolation of what has ended")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TERMS = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "100", "benefit": "10"}],
    "currency": "CNY",
}


def word() -> str:
    return new_id().hex


def gtin() -> str:
    digits = f"69{new_id().int % 10**10:010}"
    return digits + ean.calc_check_digit(digits)


def email() -> str:
    return f"{word()}@example.com"


@dataclass(frozen=True)
class Naming:
    """How a command fills a key: what may stand in it, and the input around it."""

    command: str
    key: str
    input: Callable[[str, Person, Spent], Mapping[str, Any]]
    free: Callable[[], str] = word


def named(command: str, key: str, **more: Any) -> Naming:
    return Naming(command, key, lambda name, _person, _spent: {"name": name, **more})


def _own(person: Person) -> str:
    return gid("Organisation", str(person.organisation_id))


def _product(sku: Mapping[str, Any], spent: Spent) -> Mapping[str, Any]:
    branch = spent.branch
    words = {"brandId": branch["Brand@network"], "categoryId": branch["Category@network"]}
    tax = {"taxCategoryId": branch["TaxCategory@network"]}
    return {"name": "P", **words, "skus": [{**SKU, "code": word(), **tax, **sku}]}


def _packed(gtin: str) -> Mapping[str, Any]:
    return {"packaging": [{"level": "PIECE", "factor": "1", "gtin": gtin}]}


NAMINGS = (
    named("createCarrier", "carrier: organisation_id, name"),
    named("createCustomerGroup", "customer_group: seller_id, name"),
    Naming(
        "createAssortment",
        "assortment: seller_id, name",
        lambda name, _, spent: {"name": name, "goods": [{"skuId": spent.branch["Sku@network"]}]},
    ),
    named("createCustomerLevel", "customer_level: seller_id, name"),
    named("createTerritory", "territory: seller_id, name"),
    named("createWarehouse", "warehouse: organisation_id, name"),
    named(
        "createMembershipTier",
        "membership_tier: seller_id, name",
        currency="CNY",
        threshold="987654321",
    ),
    named("createTradeScheme", "trade_scheme: seller_id, name", terms=TERMS),
    Naming(
        "createRole",
        "role: organisation_id, lower(name)",
        lambda name, own, _: {"name": name, "grants": GRANTS, "organisationId": _own(own)},
    ),
    Naming(
        "createProduct",
        "sku: owner_id, code",
        lambda code, _, spent: _product({"code": code}, spent),
    ),
    Naming(
        "createProduct",
        "sku_packaging: owner_id, gtin",
        lambda number, _, spent: _product(_packed(number), spent),
        gtin,
    ),
    Naming(
        "receiveStock",
        "stock_lot: organisation_id, sku_id, code",
        lambda code, _, spent: {
            "goods": [
                {
                    "skuId": spent.branch["Sku@network"],
                    "packagingLevel": "PIECE",
                    "quantity": "1",
                    "lotCode": code,
                }
            ]
        },
    ),
    Naming(
        "addMember",
        "platform.identity: email",
        lambda email, own, _: {
            **A_PERSON,
            "email": email,
            "organisationId": _own(own),
            "roleIds": [],
        },
        email,
    ),
    Naming(
        "addDeliveryAddress",
        "delivery_address: organisation_id, label",
        lambda label, _own, _spent: {
            "address": {"label": label, "street": "1", "city": "C", "timeZone": "UTC"}
        },
    ),
    Naming(
        "inviteMember",
        "invitation: organisation_id, email",
        lambda email, own, _: {
            "name": "Mallory",
            "email": email,
            "organisationId": _own(own),
            "roleIds": [],
        },
        email,
    ),
    Naming(
        "createPriceChangeSet",
        "idempotency_key: membership_id, key",
        lambda key, _own, _spent: {"idempotencyKey": key, "name": word()},
    ),
)
TOLD: Mapping[str, str] = {
    "brand: name": "`brands` shows it to whoever may write one",
    "category: parent_id, name": "`categories` shows it to whoever may write one",
    "orders: buyer_id, seller_id, placed_by_organisation_id, buyer_reference": (
        "`orders` shows it to the organisation that placed it, whose own key it is"
    ),
    "platform.tenant: slug": "for platform staff alone",
    "registration: seller_id, email": "told to whoever has proven that the mailbox is theirs",
    "returnable_container: name": "`returnableContainers` shows it to whoever may write one",
    "tax_category: name": "`taxCategories` shows it to whoever may write one",
}
"""Keys with words that are told to be taken, and why that tells nothing new."""


def test_every_key_without_an_owner_is_known_with_its_reason():
    without = {str(key) for key in unique_keys() if not key.has_owner}

    assert without == set(SHARED), "put its owner into the key, or say why not in matrix/keys.py"


def test_every_key_with_words_is_tried():
    typed = {str(key) for key in unique_keys() if key.has_text} - set(DRAWN)

    assert typed == {naming.key for naming in NAMINGS} | set(TOLD), "add to NAMINGS"
    assert set(DRAWN) <= {str(key) for key in unique_keys() if key.has_text}


@pytest.mark.parametrize("naming", NAMINGS, ids=lambda naming: naming.key)
async def test_what_is_taken_by_one_whom_one_may_not_see_is_free(
    spent: Spent, statements, naming: Naming
):
    """The same answer and the same statements: an answer's time tells nothing either."""
    stranger, taken = spent.strangers["sibling"], naming.free()
    theirs = await ask(spent, naming, spent.branch.seller, taken)
    await ask(spent, naming, stranger, naming.free())  # Fills the caches.

    work = list[tuple[Any, list[str]]]()
    for name in (taken, naming.free()):
        with statements.counting() as sent:
            answer = await ask(spent, naming, stranger, name)
        work.append((_UUID.sub("id", str(told(answer, naming))), list(sent)))

    assert told(theirs, naming)["__typename"] != "Refusal", told(theirs, naming)
    assert work[0] == work[1]
    assert "Refusal" not in work[0][0]


async def ask(spent: Spent, naming: Naming, person: Person, name: str) -> Answer:
    given = naming.input(name, person, spent)
    keyed = "idempotencyKey" in input_fields(naming.command)
    once = {"idempotencyKey": word()} if keyed else {}
    return await person.ask(command_document(naming.command), input=once | dict(given))


def told(answer: Answer, naming: Naming) -> Mapping[str, Any]:
    found = answer.data[naming.command]
    return {name: value for name, value in found.items() if name != "id"}


@pytest.mark.parametrize("field", ["code", "gtin"])
async def test_a_size_added_to_ones_own_product_may_be_called_like_anothers(spent: Spent, field):
    stranger, taken = spent.strangers["sibling"], gtin()
    size = {"code": taken} if field == "code" else _packed(taken)
    create = command_document("createProduct")
    await spent.branch.seller.ask(create, input=_product(size, spent))
    made = await stranger.ask(create, input=_product({}, spent))
    product = made.data["createProduct"]["id"]
    sku = {**SKU, "code": word(), "taxCategoryId": spent.branch["TaxCategory@network"], **size}

    answer = await stranger.ask(
        command_document("addSku"), input={"productId": product, "sku": sku}
    )

    assert answer.data["addSku"]["__typename"] == "Sku"


async def test_an_idempotency_key_of_another_makes_ones_own(spent: Spent):
    given = {"idempotencyKey": word(), "name": "Spring", "effectiveFrom": "2199-01-01"}
    text = command_document("createPriceChangeSet")

    theirs = await spent.branch.colleague.ask(text, input=given)
    other = await spent.strangers["sibling"].ask(text, input=given | {"name": "Autumn"})

    made = [answer.data["createPriceChangeSet"] for answer in (theirs, other)]
    assert [each["__typename"] for each in made] == ["PriceChangeSet"] * 2
    assert made[0]["id"] != made[1]["id"]
