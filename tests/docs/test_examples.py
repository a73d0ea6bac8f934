"""What the papers show of the API is what the server answers."""

import json

import pytest

from app.kernel.ids import new_id
from launch.seed.examples import BUYER
from launch.seed.network import PASSWORD
from launch.seed.stage import email_of
from tests.support.chain import Chain, mutate, on_order
from tests.support.papers import PAPERS, PROJECT, blocks, filled, learn
from tests.support.people import with_password
from tests.support.world import gid

EMAIL = email_of("BUYER", BUYER)
EXAMPLES = {"graphql", "json"}
TOLD = [paper for paper in PAPERS if any(block.language in EXAMPLES for block in blocks(paper))]


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    await chain.stock(chain.brand, 240)
    return chain


@pytest.fixture
async def people(chain):
    """Whom the papers let act, by the word that stands beside the block."""
    world = chain.world
    return {
        "buyer": await world.member(chain.retailer, "BUYER", name="Li Ming"),
        "distributor": await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Zhao Min"),
        "brand": await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Wang Fang"),
        "anyone": world,
    }


@pytest.fixture
async def email(chain):
    """The address of somebody who can sign in as the readme says; the address is the test's own."""
    world = chain.world
    shop = await world.organisation(BUYER, "RETAILER", parent=chain.distributor)
    person = await with_password(world, await world.member(shop, "BUYER"), PASSWORD)
    return person.email


async def deliver(order_id, sender, receiver):
    """What a paper tells in a sentence: allocate, prepare, book, hand over, sign, confirm."""
    await on_order(sender, "allocateOrder", order_id)
    await on_order(sender, "startPreparation", order_id, "StartPreparationInput")
    await on_order(sender, "finishPreparation", order_id, "FinishPreparationInput")
    given = {"idempotencyKey": new_id().hex, "orderId": order_id, "carrier": "SF Express"}
    shipment = await mutate(sender, "bookCarrier", "BookCarrierInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    await mutate(sender, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "signedBy": "Zhao Min"}
    await mutate(receiver, "signDelivery", "SignDeliveryInput", given, "Shipment")
    await on_order(receiver, "confirmReceipt", order_id, "ConfirmReceiptInput")


def test_the_readme_shows_an_order_a_refusal_and_the_demos_sign_in():
    shown = "".join(block.text for block in blocks(PROJECT / "README.md"))

    for word in ("placeOrder", "PRICE_CHANGED", EMAIL, PASSWORD):
        assert word in shown


@pytest.mark.parametrize("paper", TOLD, ids=lambda paper: str(paper.relative_to(PROJECT)))
async def test_every_answer_is_the_one_that_is_printed(paper, chain, people, email):
    known = {
        "<relationship>": gid("TradingRelationship", chain.downstream),
        "<sku>": gid("Sku", chain.sku),
    }
    told = [block for block in blocks(paper) if block.language in EXAMPLES]

    for asked, printed in zip(told[::2], told[1::2], strict=True):
        if asked.notes.get("after") == "delivery":
            await deliver(known["<supply>"], people["brand"], people["distributor"])
        document = filled(asked.text, known).replace(EMAIL, email)
        answer = (await people[asked.notes["as"]].ask(document)).data

        expected = json.loads(printed.text)
        assert learn(expected, answer, known) == expected
