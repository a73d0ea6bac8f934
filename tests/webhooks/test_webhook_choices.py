"""What webhooks chose is what becomes jobs, and events name whom they concern."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from strawberry import relay

from app.catalog.models import ListingStatus, Product
from app.jobs.models import JobChoice
from app.kernel.ids import new_id
from app.organisations.models import TradingRelationship
from app.webhooks.models import WebhookDelivery
from app.webhooks.operations.choosing import note_all_choices
from app.webhooks.rules.events import OF_SELLER, Parties, Subject, WebhookEvent, parties_of
from tests.support.chain import on_order
from tests.support.hook_log import change, log_of
from tests.support.hooks import hook
from tests.support.receiver import answer
from tests.support.world import gid

REMOVE = """mutation($input: WebhookInput!) { removeWebhook(input: $input) { __typename } }"""
CHANGE_PRODUCT = """mutation($input: ChangeProductInput!) { changeProduct(input: $input) {
  __typename } }"""
_PARTIES = {"seller_id": str(new_id()), "buyer_id": str(new_id())}
_SHOWN_UPSTREAM = update(TradingRelationship).values(upstream_visibility="ORDERS")
ALL = {"order_changed", "submit_price_change"}


def key(webhook: str) -> UUID:
    return UUID(relay.GlobalID.from_id(webhook).node_id)


async def chosen(world) -> dict[UUID, set[str]]:
    """The kinds of events that become jobs, by webhook."""
    rows = await world.run(lambda work: work.session.execute(_CHOICES.where(_of(world))))
    found: dict[UUID, set[str]] = {}
    for chooser, kind in rows:
        found.setdefault(chooser, set()).add(kind)
    return found


_CHOICES = select(JobChoice.chosen_by, JobChoice.kind)


def _of(world):
    return JobChoice.tenant_id == world.tenant_id


async def test_a_webhook_chooses_what_it_hears_and_nothing_while_it_is_off(chain, seller, receiver):
    events = ("ORDER_CHANGED", "PRICE_CHANGE_SUBMITTED")
    webhook, _ = await hook(seller, receiver.url, *events)
    other, _ = await hook(seller, receiver.url, "ORDER_SHIPPED")
    seen = [await chosen(chain.world)]

    for changes in ({"events": ["ORDER_CHANGED"]}, {"isActive": False}, {"isActive": True}):
        await change(seller, webhook, **changes)
        seen.append((await chosen(chain.world)).get(key(webhook)))
    await seller.ask(REMOVE, input={"webhookId": webhook})

    assert seen == [
        {key(webhook): ALL, key(other): {"order_shipped"}},
        {"order_changed"},
        None,
        {"order_changed"},
    ]
    assert await chosen(chain.world) == {key(other): {"order_shipped"}}


async def test_a_webhook_that_was_switched_off_for_its_failures_chooses_nothing(
    post, chain, buyer, seller, receiver
):
    await hook(seller, receiver.url, "ORDER_CONFIRMED")
    receiver.answers += [answer(410)]

    await chain.place(buyer)
    await post.deliver()

    assert await chosen(chain.world) == {}


async def test_choices_that_older_code_did_not_note_are_noted_later(chain, seller, receiver):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CHANGED")
    stale = {"listener": "hear_for_webhooks", "kind": "order_shipped", "chosen_by": key(webhook)}

    async def forget(work) -> None:
        await work.session.execute(delete(JobChoice).where(_of(chain.world)))
        work.session.add(JobChoice(tenant_id=work.tenant_id, **stale))
        await work.session.flush()

    await chain.world.run(forget)
    await chain.world.run(note_all_choices)

    assert await chosen(chain.world) == {key(webhook): {"order_changed"}}


async def test_noting_takes_two_statements_for_one_webhook_and_for_many(
    chain, seller, receiver, statements
):
    counted = []
    for number in (1, 3):
        for _ in range(number):
            await hook(seller, receiver.url, "ORDER_CHANGED", "ORDER_SHIPPED")
        with statements.counting() as seen:
            await chain.world.run(note_all_choices)
        counted.append(len([each for each in seen if not each.startswith(("BEGIN", "COMMIT"))]))

    assert counted == [2, 2]


@pytest.mark.parametrize(
    ("event", "kind", "data", "number"),
    [
        ("ORGANISATION_MOVED", "organisation", {"parent_id": None}, 1),
        (
            "PRICES_SET",
            "price_change_set",
            {"organisation_ids": [str(new_id()), str(new_id())]},
            2,
        ),
        ("PRODUCT_CHANGED", "product", {"organisation_id": str(new_id())}, 1),
        ("ORDER_SHIPPED", "order", _PARTIES, 2),
        ("PRODUCT_CHANGED", "product", {}, 0),
    ],
)
def test_an_event_names_whom_it_concerns(event, kind, data, number):
    parties = parties_of(WebhookEvent(event), Subject(kind, new_id()), data)

    assert len(parties.organisations) == number
    assert parties.are_known is (number > 0)
    assert not parties.alone


@pytest.mark.parametrize("event", [*OF_SELLER, WebhookEvent.STOCK_ALERTED])
def test_what_is_ones_own_concern_is_for_nobody_else(event):
    subject = Subject("order" if event in OF_SELLER else "organisation", new_id())
    data = _PARTIES | {"organisation_id": _PARTIES["seller_id"]}

    assert parties_of(event, subject, data) == Parties((UUID(data["seller_id"]),), None, alone=True)


async def test_that_goods_are_short_is_heard_by_the_seller_alone(post, chain, buyer, receiver):
    world, events = chain.world, ("GOODS_SHORT", "ORDER_CONFIRMED")
    await world.run(lambda work: work.session.execute(_SHOWN_UPSTREAM))
    places = (chain.retailer, chain.distributor, chain.brand)
    people = [await world.member(place, "ENTERPRISE_ADMIN") for place in places]
    hooks = [(await hook(person, receiver.url, *events))[0] for person in people]
    keeper = await world.member(chain.distributor, "WAREHOUSE")

    for _ in range(11):  # Of 480 pieces ten orders of 48 take all.
        order = await chain.place(buyer)
        await on_order(keeper, "allocateOrder", order["id"])
    await post.deliver()

    heard = [
        sorted(each["event"] for each in await log_of(person, webhook))
        for person, webhook in zip(people, hooks, strict=True)
    ]
    confirmed = ["ORDER_CONFIRMED"] * 11
    assert heard == [confirmed, ["GOODS_SHORT", *confirmed], confirmed]


async def test_a_draft_s_change_waits_for_its_owner_only_and_a_listed_one_s_for_all(
    post, chain, receiver
):
    world = chain.world
    owner = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    keeper = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    hooks = [
        key((await hook(person, receiver.url, "PRODUCT_CHANGED"))[0]) for person in (owner, keeper)
    ]
    product_id = await world.run(_a_draft)
    change = {"input": {"productId": gid("Product", product_id), "name": "Still a draft"}}

    await owner.ask(CHANGE_PRODUCT, **change)
    await post.hear()
    of_draft = await waiting(world)
    await world.run(lambda work: work.session.execute(_LISTED.where(Product.id == product_id)))
    await owner.ask(CHANGE_PRODUCT, input=change["input"] | {"name": "Listed"})
    await post.hear()

    assert of_draft == {hooks[0]: 1}
    assert await waiting(world) == {hooks[0]: 2, hooks[1]: 2}


_LISTED = update(Product).values(status=ListingStatus.LISTED, listed_at=func.now())


async def _a_draft(work) -> UUID:
    """The chain's product, as it was before it was listed."""
    drafted = update(Product).values(status=ListingStatus.DRAFT, listed_at=None)
    return await work.session.scalar(drafted.returning(Product.id))


async def waiting(world) -> dict[UUID, int]:
    """How many deliveries each webhook has."""
    counted = select(WebhookDelivery.webhook_id, func.count()).group_by(WebhookDelivery.webhook_id)
    return dict((await world.run(lambda work: work.session.execute(counted))).all())
