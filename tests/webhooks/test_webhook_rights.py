"""A webhook shows what whoever set it may see at that moment, and nothing of anybody else's."""

import pytest
from sqlalchemy import delete, func, select, update

from app.rbac.models import Membership, MembershipRole
from app.tenants.models import Tenant, TenantStatus
from app.tenants.operations import raise_policy_version
from app.webhooks.models import WebhookDelivery
from tests.support.chain import Chain, on_order
from tests.support.hook_log import change, log_of, state_of
from tests.support.hooks import hook
from tests.support.people import give, role
from tests.support.receiver import answer

TOTAL = "{ ... on Order { number total seller { name } invoice { total } } }"
EVENTS = ("ORDER_CHANGED", "ORDER_CONFIRMED", "INVOICE_ISSUED", "STOCK_RECEIVED", "PRODUCT_LISTED")


async def deliveries(world) -> int:
    """Rows of the whole network, whoever may see them."""
    return await world.run(lambda work: work.session.scalar(select(func.count(WebhookDelivery.id))))


async def take_roles(world, person) -> None:
    async def take(work) -> None:
        await raise_policy_version(work)
        of_person = MembershipRole.membership_id == person.membership_id
        await work.session.execute(delete(MembershipRole).where(of_person))

    await world.run(take)


async def end(world, person) -> None:
    ended = update(Membership).where(Membership.id == person.membership_id)
    await world.run(lambda work: work.session.execute(ended.values(ended_at=work.now)))


async def suspend(world, status: TenantStatus) -> None:
    changed = update(Tenant).where(Tenant.id == world.tenant_id).values(status=status)
    await world.run(lambda work: work.session.execute(changed))


@pytest.fixture
async def narrow(chain) -> object:
    """Somebody of the distributor who may have webhooks and read nothing."""
    world = chain.world
    person = await world.member(chain.distributor)
    may = ("WEBHOOK_WRITE", "ORGANISATION"), ("WEBHOOK_READ", "ORGANISATION")
    await give(world, person, await role(world, chain.distributor, "Integrator", *may))
    return person


async def test_a_sibling_and_another_network_hear_nothing(
    post, chain, buyer, receiver, database, http, settings
):
    world = chain.world
    sibling = await world.organisation("West Distribution", parent=chain.brand)
    nephew = await world.organisation("West Shop", "RETAILER", parent=sibling)
    elsewhere = await type(world).create(database, http, settings)
    foreign = await elsewhere.organisation("Hillside", "BRAND")
    strangers = [
        await world.member(sibling, "ENTERPRISE_ADMIN"),
        await world.member(nephew, "ENTERPRISE_ADMIN"),
        await elsewhere.member(foreign, "ENTERPRISE_ADMIN"),
    ]
    hooks = [(each, (await hook(each, receiver.url, *EVENTS))[0]) for each in strangers]
    await chain.place(buyer)
    await chain.stock(chain.distributor, 24)

    await post.deliver()

    assert receiver.received == []
    assert await deliveries(world) == 0
    assert [await log_of(each, webhook) for each, webhook in hooks] == [[]] * 3


@pytest.mark.parametrize(("link", "number"), [("NOTHING", 0), ("ORDERS", 1)])
async def test_who_stands_above_hears_as_far_as_the_link_shows(post, world, receiver, link, number):
    brand = await world.organisation("Brand", "BRAND")
    east = await world.organisation("East", parent=brand)
    shop = await world.organisation("Shop", "RETAILER", parent=east)
    sku = await world.sku(brand, "Tea", case=24)
    await world.relationship(brand, east, upstream_visibility=link)
    terms = await world.relationship(east, shop, upstream_visibility=link)
    await world.price(east, {sku: "2.64"})
    chain = Chain(world, brand, east, shop, sku, terms, terms)
    await hook(await world.member(brand, "ENTERPRISE_ADMIN"), receiver.url, "ORDER_CONFIRMED")

    await chain.place(await world.member(shop, "BUYER"))
    await post.deliver()

    assert len(receiver.received) == number
    assert await deliveries(world) == number


async def test_both_parties_hear_of_an_order_each_by_its_own_webhook(
    post, chain, buyer, seller, receiver
):
    shopkeeper = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    for person in (shopkeeper, seller):
        await hook(person, receiver.url, "ORDER_CONFIRMED")

    placed = await chain.place(buyer)
    await post.deliver()

    assert [each.subject["id"] for each in receiver.received] == [placed["id"]] * 2


async def test_a_right_that_was_taken_away_counts_for_the_next_attempt(
    post, chain, buyer, seller, receiver, narrow
):
    world = chain.world
    await give(world, narrow, world.roles["SERVICE"])
    webhook, _ = await hook(narrow, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(500)]
    await post.deliver()
    shown = len(receiver.received)

    await take_roles(world, narrow)
    may = ("WEBHOOK_WRITE", "ORGANISATION"), ("WEBHOOK_READ", "ORGANISATION")
    await give(world, narrow, await role(world, chain.distributor, "Less", *may))
    await post.later(hours=1)

    assert (shown, len(receiver.received)) == (1, 1)
    (logged,) = await log_of(narrow, webhook)
    assert logged["status"] == "WITHHELD"
    assert [each["outcome"] for each in logged["attempts"]] == ["BAD_STATUS", "WITHHELD"]
    assert (await state_of(narrow, webhook))["status"] == "ACTIVE"


async def test_who_may_see_no_orders_hears_of_none_and_the_log_keeps_no_trace(
    post, chain, buyer, seller, receiver, narrow
):
    webhook, _ = await hook(narrow, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)

    await post.hear()
    before = await log_of(narrow, webhook)
    await post.send_all()

    assert receiver.received == []
    assert (before, await log_of(narrow, webhook)) == ([], [])
    assert await deliveries(chain.world) == 0


async def test_whoever_changes_a_webhook_lends_it_their_own_rights(
    post, chain, buyer, seller, receiver, narrow
):
    """Else somebody could point another's webhook at a receiver of their own."""
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.deliver()
    shown = len(receiver.received)

    await change(narrow, webhook, url=f"http://127.0.0.1:{receiver.port}/mine")
    await chain.place(buyer)
    await post.deliver()

    assert (shown, len(receiver.received)) == (1, 1)


async def test_a_field_that_may_not_be_seen_is_null_and_the_rest_is_shown(
    post, chain, buyer, seller, receiver, narrow
):
    world = chain.world
    await give(world, narrow, world.roles["WAREHOUSE"])
    await hook(narrow, receiver.url, "ORDER_CONFIRMED", selection=TOTAL)

    placed = await chain.place(buyer)
    await post.deliver()

    (got,) = receiver.received
    assert got.subject["number"] == placed["number"]
    seen = await narrow.ask(f"query($id: ID!) {{ node(id: $id) {TOTAL} }}", id=placed["id"])
    shown = {key: got.subject[key] for key in ("number", "total", "seller", "invoice")}
    assert shown == seen.body["data"]["node"]
    codes = [each["extensions"]["code"] for each in got.message.get("errors", [])]
    assert codes == seen.error_codes


@pytest.mark.parametrize("how", ["left", "may have no webhooks"])
async def test_a_webhook_of_somebody_who_left_is_switched_off_and_others_told(
    post, chain, buyer, seller, receiver, how
):
    world = chain.world
    leaver = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    webhook, _ = await hook(leaver, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)

    await (end if how == "left" else take_roles)(world, leaver)
    await post.deliver()

    assert receiver.received == []
    assert (await state_of(seller, webhook))["status"] == "DISABLED"
    (told,) = [each for each in await post.events() if each.kind == "webhook_disabled"]
    assert str(seller.membership_id) in told.data["recipients"]


async def test_a_suspended_network_sends_nothing_until_it_is_resumed(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.hear()
    await suspend(chain.world, TenantStatus.SUSPENDED)

    await post.send_all()
    while_suspended = len(receiver.received)
    await suspend(chain.world, TenantStatus.ACTIVE)
    await post.later(minutes=11)

    assert while_suspended == 0
    assert len(receiver.received) == 1
    assert [each["status"] for each in await log_of(seller, webhook)] == ["DELIVERED"]


async def test_what_is_switched_off_hears_again_from_when_it_is_switched_on(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await change(seller, webhook, isActive=False)
    missed = await chain.place(buyer)
    await change(seller, webhook, isActive=True)
    placed = await chain.place(buyer)

    await post.deliver()
    await on_order(seller, "allocateOrder", missed["id"])
    await post.deliver()

    assert [each.subject["id"] for each in receiver.received] == [placed["id"]]
