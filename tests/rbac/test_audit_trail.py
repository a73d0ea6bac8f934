from datetime import UTC, datetime

from app.audit.operations import record
from app.db.work import acting_as, perform
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from tests.support.documents import command_document
from tests.support.world import World, gid

TRAIL = """
query($first: Int = 100, $after: String, $subject: ID, $filter: AuditFilter) {
  auditTrail(first: $first, after: $after, subjectId: $subject, filter: $filter) {
    pageInfo { hasNextPage endCursor } edges { node { action subjectId actorName address } }
  }
}
"""


async def done(  # each is found by some filter
    person, action, kind, *, on_behalf_of=None, subject=None, reason=None, address=None, now=None
):
    """Note a change as made by a person."""
    actor = Actor(
        person.world.tenant_id,
        person.identity_id,
        person.membership_id,
        person.organisation_id,
        "Li Wei",
        address=address,
    )
    subject = subject or new_id()

    async def note(work):
        record(work, action, kind, subject, on_behalf_of=on_behalf_of, reason=reason)

    clock = (lambda: now) if now else (lambda: datetime.now(UTC))
    await perform(person.world.database, actor.tenant_id, acting_as(actor), note, clock)
    return subject


async def actions(person, **arguments):
    answer = await person.ask(TRAIL, **arguments)
    return [edge["node"]["action"] for edge in answer.data["auditTrail"]["edges"]]


async def test_trade_shows_to_those_who_made_it_and_people_to_the_branch_above(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    in_shop = await world.member(shop, "ENTERPRISE_ADMIN")
    await done(in_shop, "CHANGE_PRICE", "price_list")
    await done(in_shop, "CREATE_ROLE", "role")
    readers = {
        "shop": in_shop,
        "brand": await world.member(brand, "ENTERPRISE_ADMIN"),
        "system": await world.member(brand, "SYSTEM_ADMIN"),
        "sibling": await world.member(sibling, "ENTERPRISE_ADMIN"),
        "other tenant": await other.member(
            await other.organisation("Brand", "BRAND"), "SYSTEM_ADMIN", "ENTERPRISE_ADMIN"
        ),
    }

    seen = {name: await actions(person) for name, person in readers.items()}

    assert seen == {
        "shop": ["CREATE_ROLE", "CHANGE_PRICE"],
        "brand": ["CREATE_ROLE"],
        "system": ["CREATE_ROLE"],
        "sibling": [],
        "other tenant": [],
    }


async def test_how_an_organisation_trades_shows_to_itself_alone(world):
    """Also where an older entry calls it a change of the organisation."""
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", parent=brand)
    own = await world.member(shop, "ENTERPRISE_ADMIN")
    above = await world.member(brand, "ENTERPRISE_ADMIN")
    system = await world.member(brand, "SYSTEM_ADMIN")
    warehouse = await own.ask(
        command_document("createWarehouse"),
        input={"name": "North", "region": "Zhejiang", "timeZone": "Asia/Shanghai"},
    )
    rule = {"warehouseId": warehouse.data["createWarehouse"]["id"], "region": "Zhejiang"}
    for command, given in (
        ("setSourcingRules", {"rules": [rule]}),
        ("setPointsProgramme", {"currency": "CNY", "valuePerPoint": "0.0137"}),
        ("setListingPolicy", {"needsPrice": True}),
    ):
        done_so = await own.ask(command_document(command), input=given)
        assert done_so.data[command]["__typename"] != "Refusal"
    await done(own, "POINTS_PROGRAMME_SET", "organisation", subject=shop)

    seen = [await actions(reader) for reader in (own, above, system)]

    assert {"SET_SOURCING_RULES", "POINTS_PROGRAMME_SET", "SET_LISTING_POLICY"} <= set(seen[0])
    assert seen[0].count("POINTS_PROGRAMME_SET") == 2
    assert seen[1:] == [[], []]


async def test_an_administrator_of_the_network_sees_no_trade_of_the_own_organisation(world):
    brand = await world.organisation("Brand", "BRAND")
    seller = await world.member(brand, "ENTERPRISE_ADMIN")
    both = await world.member(brand, "SYSTEM_ADMIN", "ENTERPRISE_ADMIN")
    only_system = await world.member(brand, "SYSTEM_ADMIN")

    await done(seller, "CHANGE_PRICE", "price_list")

    assert await actions(both) == ["CHANGE_PRICE"]
    assert await actions(only_system) == []


async def test_what_was_done_on_behalf_shows_to_both(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    seller = await world.member(brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(shop, "ENTERPRISE_ADMIN")

    await done(seller, "PLACE_ORDER", "order", on_behalf_of=shop)

    assert await actions(seller) == await actions(buyer) == ["PLACE_ORDER"]


async def test_the_trail_of_one_thing_is_paged_newest_first(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    subject = await done(admin, "CREATE", "price_list")
    for number in range(3):
        await done(admin, f"CHANGE_{number}", "price_list", subject=subject)
    await done(admin, "OTHER", "price_list")
    thing = gid("PriceList", subject)

    with statements.counting() as sent:
        answer = await admin.ask(TRAIL, subject=thing, first=2)
    first = answer.data["auditTrail"]
    rest = await actions(admin, subject=thing, after=first["pageInfo"]["endCursor"])

    assert [edge["node"]["action"] for edge in first["edges"]] + rest == [
        "CHANGE_2",
        "CHANGE_1",
        "CHANGE_0",
        "CREATE",
    ]
    assert {edge["node"]["subjectId"] for edge in first["edges"]} == {thing}
    assert len(sent) <= 5  # begin, who acts, rights unless cached, trail, commit


async def test_the_trail_is_asked_who_on_whose_behalf_when_from_where_and_why(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin, rep = [await world.member(brand, "ENTERPRISE_ADMIN") for _ in range(2)]
    await done(admin, "SET", "price_list", reason="Autumn list", address="192.0.2.7", now=day(1))
    await done(rep, "PLACE", "order", on_behalf_of=shop, address="192.0.2.8", now=day(2))
    await done(rep, "CANCEL", "order", reason="Ordered twice, 100% sure", now=day(3))

    async def found(**wanted):
        return await actions(admin, filter=wanted)

    assert await found(actorMembershipId=gid("Membership", rep.membership_id)) == [
        "CANCEL",
        "PLACE",
    ]
    assert await found(onBehalfOfOrganisationId=gid("Organisation", shop)) == ["PLACE"]
    assert await found(actions=["SET", "PLACE"]) == ["PLACE", "SET"]
    assert await found(since=day(2).isoformat()) == ["CANCEL", "PLACE"]
    assert await found(since=day(2).isoformat(), until=day(3).isoformat()) == ["PLACE"]
    assert await found(address="192.0.2.7") == ["SET"]
    assert await found(reason="autumn") == ["SET"]
    assert await found(reason="100%") == ["CANCEL"]
    assert await found(reason="1_0") == []
    assert await found(reason="autumn", actions=["PLACE"]) == []


async def test_an_address_shows_to_the_own_organisation_and_finds_nothing_for_others(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    rep = await world.member(brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(shop, "ENTERPRISE_ADMIN")
    await done(rep, "PLACE", "order", on_behalf_of=shop, address="192.0.2.8")

    shown = [
        (await person.ask(TRAIL)).data["auditTrail"]["edges"][0]["node"]["address"]
        for person in (rep, buyer)
    ]

    assert shown == ["192.0.2.8", None]
    assert await actions(rep, filter={"address": "192.0.2.8"}) == ["PLACE"]
    assert await actions(buyer, filter={"address": "192.0.2.8"}) == []


async def test_a_request_leaves_the_address_that_it_came_from(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    create = """mutation($input: CreateRoleInput!) {
        createRole(input: $input) { ... on Role { name } } }"""
    grant = {"permission": "STOCK_READ", "scope": "ORGANISATION"}
    role = {"name": "Night", "organisationId": gid("Organisation", brand), "grants": [grant]}

    made = await admin.ask(create, input=role)
    answer = await admin.ask(TRAIL, filter={"actions": ["CREATE_ROLE"]})

    assert made.data["createRole"] == {"name": "Night"}
    (entry,) = answer.data["auditTrail"]["edges"]
    assert entry["node"]["address"] == "127.0.0.1"


def day(number: int) -> datetime:
    return datetime(2026, 6, number, tzinfo=UTC)


async def test_without_the_permission_no_trail_shows(world):
    keeper = await world.member(await world.organisation("Brand", "BRAND"), "WAREHOUSE")

    assert (await keeper.ask(TRAIL)).error_codes == ["FORBIDDEN"]
