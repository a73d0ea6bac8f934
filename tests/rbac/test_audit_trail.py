from app.audit.operations import record
from app.db.work import acting_as, perform
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from tests.support.world import World, gid

TRAIL = """
query($first: Int = 100, $after: String, $subject: ID) {
  auditTrail(first: $first, after: $after, subjectId: $subject) {
    pageInfo { hasNextPage endCursor } edges { node { action subjectId actorName } }
  }
}
"""


async def done(person, action, kind, on_behalf_of=None, subject=None):
    """Note a change as made by a person."""
    actor = Actor(
        person.world.tenant_id,
        person.identity_id,
        person.membership_id,
        person.organisation_id,
        "Li Wei",
    )
    subject = subject or new_id()

    async def note(work):
        record(work, action, kind, subject, on_behalf_of=on_behalf_of)

    await perform(person.world.database, actor.tenant_id, acting_as(actor), note)
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


async def test_without_the_permission_no_trail_shows(world):
    keeper = await world.member(await world.organisation("Brand", "BRAND"), "WAREHOUSE")

    assert (await keeper.ask(TRAIL)).error_codes == ["FORBIDDEN"]
