"""How far a rep may discount by hand: own limit first, else the highest of the roles (R3-50)."""

from decimal import Decimal

import pytest

from app.db.work import acting_as, perform
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from app.pricing.models import DiscountAuthority
from app.pricing.operations.authority import authorities_of, own_authority
from tests.support import bands
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.network import actions, count
from tests.support.people import give, membership, role
from tests.support.world import gid

LIMIT = "{ ownDiscountLimit }"


async def set_limit(person, percent, **holder) -> dict:
    answer = await person.ask(bands.SET_AUTHORITY, input={"limitPercent": percent, **holder})
    return answer.data["setDiscountAuthority"]


async def limit_of(person) -> Decimal | None:
    """What the operation says of a person, whatever the API shows."""
    world = person.world
    actor = Actor(
        world.tenant_id, person.identity_id, person.membership_id, person.organisation_id, "x"
    )
    return await perform(world.database, world.tenant_id, acting_as(actor), own_authority)


async def test_a_persons_own_limit_counts_before_the_highest_of_the_roles(world):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    rep = await world.member(chain.distributor, "SALES", "SERVICE", name="Rep")
    assert await limit_of(rep) is None
    assert (await rep.ask(LIMIT)).data == {"ownDiscountLimit": "0"}

    await set_limit(admin, "3", roleId=gid("Role", world.roles["SALES"]))
    await set_limit(admin, "5", roleId=gid("Role", world.roles["SERVICE"]))
    by_role = await limit_of(rep)
    own = await set_limit(admin, "1.5", membershipId=membership(rep))
    by_person = await limit_of(rep)
    await admin.ask(bands.END_AUTHORITY, input={"discountAuthorityId": own["id"]})

    assert (by_role, by_person) == (5, Decimal("1.5"))
    assert own["holderName"] == "Rep"
    assert await limit_of(rep) == 5
    assert (await rep.ask(LIMIT)).data == {"ownDiscountLimit": "5"}
    assert await actions(world, key(own["id"])) == [
        "DISCOUNT_AUTHORITY_SET",
        "DISCOUNT_AUTHORITY_ENDED",
    ]


async def test_a_new_limit_ends_the_one_before_and_the_same_changes_nothing(world):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    sales = gid("Role", world.roles["SALES"])

    first = await set_limit(admin, "3", roleId=sales)
    again = await set_limit(admin, "3", roleId=sales)
    other = await set_limit(admin, "4", roleId=sales)

    assert first["id"] == again["id"] != other["id"]
    shown = (await admin.ask(bands.AUTHORITIES)).data["discountAuthorities"]["edges"]
    newest, oldest = (edge["node"] for edge in shown)
    assert (newest["limitPercent"], newest["endedAt"]) == ("4", None)
    assert oldest["endedAt"] is not None
    assert newest["holderName"] == "Sales representative"


@pytest.mark.parametrize(
    ("percent", "holder"),
    [
        ("-1", {"roleId": "SALES"}),
        ("100.5", {"roleId": "SALES"}),
        ("5", {}),
        ("5", {"roleId": "SALES", "membershipId": "own"}),
    ],
)
async def test_a_senseless_authority_is_not_set(world, percent, holder):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    ids = {"SALES": gid("Role", world.roles["SALES"]), "own": membership(admin)}
    given = {name: ids[value] for name, value in holder.items()}

    answer = await admin.ask(bands.SET_AUTHORITY, input={"limitPercent": percent, **given})

    assert answer.error_codes == ["INVALID"]
    assert await count(world, DiscountAuthority) == 0


async def test_authority_ends_at_the_own_organisation(world):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN", "SALES")
    sales = await world.member(chain.distributor, "SALES")
    given = await set_limit(admin, "3", roleId=gid("Role", world.roles["SALES"]))

    foreign = await admin.ask(
        bands.SET_AUTHORITY, input={"limitPercent": "5", "membershipId": membership(brand)}
    )
    ended = await brand.ask(bands.END_AUTHORITY, input={"discountAuthorityId": given["id"]})
    by_rep = await sales.ask(
        bands.SET_AUTHORITY,
        input={"limitPercent": "99", "membershipId": membership(sales)},
    )

    assert foreign.error_codes == ended.error_codes == ["NOT_FOUND"]
    assert by_rep.error_codes == ["FORBIDDEN"]
    assert await limit_of(brand) is None
    assert await limit_of(sales) == 3
    assert (await brand.ask(bands.AUTHORITIES)).data["discountAuthorities"]["edges"] == []


async def test_everyones_authority_is_read_in_one_statement_and_nobodys_in_none(world, statements):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    foreign = await world.member(chain.brand, "ENTERPRISE_ADMIN", "SALES")
    reps = [await world.member(chain.distributor, "SALES") for _ in range(3)]
    clerk = await world.member(chain.distributor, "WAREHOUSE")
    await set_limit(admin, "3", roleId=gid("Role", world.roles["SALES"]))
    await set_limit(admin, "1", membershipId=membership(reps[1]))
    await set_limit(foreign, "50", membershipId=membership(foreign))
    sent = {}

    async def limits(work, people):
        with statements.counting() as sent[len(people)]:
            ids = [person.membership_id for person in people]
            return await authorities_of(work, chain.distributor, ids)

    every = await world.run(lambda work: limits(work, [*reps, admin, clerk]))
    one = await world.run(lambda work: limits(work, reps[:1]))
    none = await world.run(lambda work: limits(work, []))

    ids = [rep.membership_id for rep in reps]
    assert every == dict(zip(ids, [3, 1, 3], strict=True))
    assert (one, none) == ({ids[0]: 3}, {})
    assert {number: len(lines) for number, lines in sent.items()} == {5: 1, 1: 1, 0: 0}


async def test_reading_authorities_costs_the_same_for_any_number(world, statements):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    counts = []

    for name in ("SALES", "SERVICE"):
        await set_limit(admin, "3", roleId=gid("Role", world.roles[name]))
        with statements.counting() as sent:
            await admin.ask(bands.AUTHORITIES)
        counts.append(len(sent))

    assert counts == [5, 5], sent


async def test_a_role_of_the_seller_cannot_be_named_unless_own_people_hold_it(world):
    chain = await Chain.create(world)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    rep = await world.member(chain.distributor, "SALES")
    of_seller = await role(world, chain.brand, "Key accounts", ("ORDER_READ", "ORGANISATION"))
    refused = {"limitPercent": "3", "roleId": gid("Role", of_seller)}

    unheld = await admin.ask(bands.SET_AUTHORITY, input=refused)
    unknown = await admin.ask(
        bands.SET_AUTHORITY, input=refused | {"roleId": gid("Role", new_id())}
    )
    kept = await count(world, DiscountAuthority)
    await give(world, rep, of_seller)
    held = await set_limit(admin, "3", roleId=refused["roleId"])

    assert unheld.error_codes == ["NOT_FOUND"]
    assert unheld.body == unknown.body
    assert kept == 0
    assert held["limitPercent"] == "3"
