"""Announcements of a seller to chosen customers, and who has read them (R3-40, R0-55, R4-37)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.announcements import operations
from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.organisations.models import TradingRelationship
from tests.support.chain import Chain
from tests.support.ordering import give
from tests.support.world import Person, gid
from workers.announcements import spread_announcement
from workers.clock import tick_in_tenant

SHOWN = """id withdrawnAt readAt words { language title text } items { id name }
    counts { addressed read }"""
WORDS = [
    {"language": "EN", "title": "Spring tea", "text": "It is here."},
    {"language": "ZH", "title": "春茶", "text": "到货了。"},
]


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss Zhao")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER", name="Shop keeper Li")


async def announced(person: Person, audience: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"idempotencyKey": new_id().hex, "words": WORDS, "audience": audience, **more}
    return await give(person, "createAnnouncement", "Announcement", SHOWN, **given)


async def read_by(person: Person) -> list[str]:
    document = f"{{ announcements {{ edges {{ node {{ {SHOWN} }} }} }} }}"
    answer = await person.ask(document)
    return [edge["node"]["words"][0]["title"] for edge in answer.data["announcements"]["edges"]]


async def told(world) -> list[list[str]]:
    """Let the jobs tell people; whom each told."""

    async def spread(work):
        rows = await work.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == operations.SPREADING)
        )
        for row in rows:
            await spread_announcement(work, row)

    async def look(work):
        rows = await work.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == operations.PUBLISHED)
        )
        return [row.data["recipients"] for row in rows]

    await world.run(spread)
    return await world.run(look)


async def test_chosen_customers_read_it_and_the_seller_sees_who_has(
    chain, seller, buyer, statements
):
    world = chain.world
    area = await world.level(chain.distributor, "Shops")
    small = await world.level(chain.distributor, "Small shops", area)
    kiosk = await world.organisation("Kiosk", "RETAILER", parent=chain.distributor)
    await world.relationship(chain.distributor, kiosk, level_id=small)
    beside = await world.organisation("Beside", "RETAILER", parent=chain.distributor)
    await world.relationship(chain.distributor, beside)
    at_kiosk, at_beside = [await world.member(each, "BUYER") for each in (kiosk, beside)]
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    to = {
        "levelIds": [gid("CustomerLevel", area)],
        "relationshipIds": [gid("TradingRelationship", chain.downstream)],
    }
    key = new_id().hex
    made, twin = [await announced(seller, to, idempotencyKey=key) for _ in range(2)]
    whom = await told(world)
    found = [await read_by(each) for each in (buyer, at_kiosk, at_beside, brand)]
    marked = await give(
        buyer,
        "markAnnouncementsRead",
        "ReadAnnouncements",
        "announcements { readAt counts { read } }",
        announcementIds=[made["id"]],
    )
    receipts = """query($id: ID!, $unread: Boolean!) {
        announcementReceipts(announcementId: $id, unreadOnly: $unread) {
            receipts { name readBy } } }"""
    lists = []
    for unread in (False, True):
        with statements.counting() as sent:
            answer = await seller.ask(receipts, id=made["id"], unread=unread)
        found_now = answer.data["announcementReceipts"]["receipts"]
        lists.append([(each["name"], each["readBy"]) for each in found_now])
    hidden = [
        (await each.ask(receipts, id=made["id"], unread=False)).error_codes
        for each in (brand, at_beside)
    ]
    counted = await seller.ask("{ sentAnnouncements { edges { node { counts { read } } } } }")
    withdrawn = await give(
        seller, "withdrawAnnouncement", "Announcement", SHOWN, announcementId=made["id"]
    )

    assert (twin["id"], made["counts"]) == (made["id"], {"addressed": 2, "read": 0})
    assert [each["title"] for each in made["words"]] == ["Spring tea", "春茶"]
    assert [set(each) for each in whom] == [{str(buyer.membership_id), str(at_kiosk.membership_id)}]
    assert found == [["Spring tea"], ["Spring tea"], [], []]
    assert marked["announcements"][0]["readAt"] is not None
    assert marked["announcements"][0]["counts"] is None
    assert lists == [
        [("Corner Shop", "Shop keeper Li"), ("Kiosk", None)],
        [("Kiosk", None)],
    ]
    assert hidden == [["NOT_FOUND"], ["FORBIDDEN"]]
    assert counted.data["sentAnnouncements"]["edges"][0]["node"]["counts"] == {"read": 1}
    assert withdrawn["withdrawnAt"] is not None
    assert await read_by(buyer) == []
    assert len(sent) == 5


async def test_it_is_told_when_its_time_comes_and_who_becomes_a_customer_reads_what_still_runs(
    chain, seller, buyer
):
    world, now = chain.world, datetime.now(UTC)
    soon = (now + timedelta(hours=1)).isoformat()
    await announced(seller, {"isForAll": True}, startsAt=soon)
    assert (await read_by(buyer), await told(world)) == ([], [])

    for _ in range(2):
        await tick_in_tenant(world.database, world.tenant_id, lambda: now + timedelta(hours=2))
    await announced(seller, {"isForAll": True}, endsAt=(now + timedelta(days=1)).isoformat())
    late = await world.organisation("Late shop", "RETAILER", parent=chain.distributor)
    await world.save(
        TradingRelationship(
            seller_id=chain.distributor, buyer_id=late, currency="CNY", valid_from=now
        )
    )
    joined = await world.member(late, "BUYER")

    assert len(await told(world)) == 2
    assert await read_by(joined) == ["Spring tea"]


async def test_many_people_are_told_by_one_job_after_another(chain, seller, monkeypatch):
    world = chain.world
    people = [await world.member(chain.retailer, "BUYER") for _ in range(5)]
    await world.member(chain.retailer, "WAREHOUSE")
    monkeypatch.setattr(operations, "BATCH", 2)
    await announced(seller, {"isForAll": True})

    for _ in range(3):  # Each look lets every job run again that there is by then
        await told(world)
    reached = {each for batch in await told(world) for each in batch}

    assert {str(each.membership_id) for each in people} == reached
    assert {len(batch) for batch in await told(world)} == {1, 2}


async def test_what_is_anothers_is_unknown_and_reps_announce_to_their_own_customers(
    chain, seller, buyer
):
    world = chain.world
    rep = await world.member(chain.distributor, "SALES")
    other = gid("TradingRelationship", chain.upstream)
    mine = gid("TradingRelationship", chain.downstream)
    refused = [
        (await announced(person, to))["code"]
        for person, to in (
            (seller, {}),
            (seller, {"isForAll": True, "relationshipIds": [mine]}),
            (rep, {"isForAll": True}),
        )
    ]
    document = """mutation($i: CreateAnnouncementInput!) {
        createAnnouncement(input: $i) { __typename } }"""
    foreign = [
        await person.ask(
            document,
            i={"idempotencyKey": new_id().hex, "words": WORDS, "audience": to},
        )
        for person, to in (
            (seller, {"relationshipIds": [other]}),
            (rep, {"relationshipIds": [mine]}),
            (buyer, {"isForAll": True}),
        )
    ]
    await world.assign_rep(chain.downstream, rep)
    made = await announced(rep, {"relationshipIds": [mine]})

    assert refused == ["NOBODY_ADDRESSED", "NOBODY_ADDRESSED", "AUDIENCE_BEYOND_CUSTOMERS"]
    assert [answer.error_codes for answer in foreign] == [
        ["NOT_FOUND"],
        ["NOT_FOUND"],
        ["FORBIDDEN"],
    ]
    assert made["counts"] == {"addressed": 1, "read": 0}
