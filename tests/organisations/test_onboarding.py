from itertools import groupby

import pytest
from sqlalchemy import select

from app.identities.models import Identity
from app.kernel.ids import new_id
from app.organisations.models import Organisation, TradingRelationship
from app.rbac.models import Membership, MembershipRole, Role
from tests.support.network import actions, count, network
from tests.support.world import gid

CREATE = """mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
    __typename ... on Organisation { id name kind parent { name }
        suppliers { edges { node { seller { name } paymentTerms creditLimit } } } }
    ... on Refusal { code field } } }"""


def shop(**more):
    return {"idempotencyKey": str(new_id()), "name": "Corner shop", "kind": "RETAILER", **more}


def owner(**more):
    return {
        "name": "Mei",
        "email": f"{new_id().hex}@Example.com",
        "initialPassword": "a long password",
        **more,
    }


async def test_a_new_customer_buys_at_once_on_the_given_terms(world, statements):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    terms = {"paymentTerms": "ON_ACCOUNT", "creditLimit": "2000"}

    with statements.counting() as sent:
        answer = await admin.ask(CREATE, input=shop(terms=terms, firstUser=owner()))

    made = answer.data["createOrganisation"]
    assert made["parent"] == {"name": "East"}
    assert made["suppliers"]["edges"] == [
        {
            "node": {
                "seller": {"name": "East"},
                "paymentTerms": "ON_ACCOUNT",
                "creditLimit": "2000",
            }
        }
    ]
    # One row of roles or ten: a batch is one statement, however often the counter notes it.
    assert len([statement for statement, _ in groupby(sent)]) == 27


async def test_the_first_user_of_a_retailer_administers_and_buys(world):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    user = owner()

    made = (await admin.ask(CREATE, input=shop(firstUser=user))).data["createOrganisation"]

    async def held(work):
        rows = await work.session.execute(
            select(Role.code, Membership.email)
            .join(MembershipRole, MembershipRole.role_id == Role.id)
            .join(Membership, Membership.id == MembershipRole.membership_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Organisation.name == made["name"])
            .order_by(Role.code)
        )
        return [tuple(row) for row in rows]

    email = user["email"].lower()
    assert await world.run(held) == [("BUYER", email), ("ENTERPRISE_ADMIN", email)]


async def test_a_known_person_is_let_in_without_a_word_about_it(world):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    known = await world.member(chain.west, "BUYER")
    before = await count(world, Identity, Identity.email == known.email)

    answer = await admin.ask(CREATE, input=shop(firstUser=owner(email=known.email)))

    assert answer.data["createOrganisation"]["__typename"] == "Organisation"
    assert before == await count(world, Identity, Identity.email == known.email) == 1


async def test_the_same_key_makes_one_organisation(world):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    same = shop()

    first, second = [
        (await admin.ask(CREATE, input=same)).data["createOrganisation"] for _ in range(2)
    ]
    other = await admin.ask(CREATE, input={**same, "name": "Another"})

    assert first["id"] == second["id"]
    assert other.data["createOrganisation"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await count(world, Organisation) == 6


async def test_an_upper_level_onboards_below_what_it_sees(world):
    chain = await network(world, east_visibility="ORDERS")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    terms = {"upstreamVisibility": "ORDERS"}

    below = await admin.ask(
        CREATE, input=shop(parentId=gid("Organisation", chain.east), terms=terms)
    )
    hidden = await admin.ask(CREATE, input=shop(parentId=gid("Organisation", chain.west_shop)))

    assert below.data["createOrganisation"]["parent"] == {"name": "East"}
    assert hidden.error_codes == ["NOT_FOUND"]
    assert await count(world, Organisation) == 6


@pytest.mark.parametrize("place", ["brand", "west", "west_shop"])
async def test_nobody_onboards_beside_or_above(world, place):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    answer = await admin.ask(
        CREATE, input=shop(parentId=gid("Organisation", getattr(chain, place)))
    )

    assert answer.error_codes == ["NOT_FOUND"]
    assert await count(world, Organisation) == 5


@pytest.mark.parametrize(
    ("user", "code", "field"),
    [
        ({"initialPassword": "short"}, "WEAK_PASSWORD", "firstUser.initialPassword"),
        ({"roleCodes": ["SYSTEM_ADMIN"]}, "GRANT_BEYOND_OWN", "firstUser.roleCodes"),
    ],
)
async def test_a_refused_first_user_leaves_no_organisation(world, user, code, field):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    answer = await admin.ask(CREATE, input=shop(firstUser=owner(**user)))

    assert answer.data["createOrganisation"] == {
        "__typename": "Refusal",
        "code": code,
        "field": field,
    }
    assert await count(world, Organisation) == 5
    assert await count(world, TradingRelationship) == 4


async def test_the_system_administrator_founds_a_top_but_gives_no_powers_of_trade(world):
    chain = await network(world)
    admin = await world.member(chain.brand, "SYSTEM_ADMIN")
    unlimited = {"isCreditUnlimited": True}

    top = await admin.ask(CREATE, input=shop(kind="BRAND"))
    trader = await admin.ask(CREATE, input=shop(kind="BRAND", firstUser=owner()))
    credit = await admin.ask(
        CREATE, input=shop(parentId=gid("Organisation", chain.brand), terms=unlimited)
    )

    assert top.data["createOrganisation"]["parent"] is None
    assert trader.data["createOrganisation"]["code"] == "GRANT_BEYOND_OWN"
    assert credit.error_codes == ["FORBIDDEN"]
    assert await count(world, Organisation) == 6


async def test_onboarding_is_noted(world):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    await admin.ask(CREATE, input=shop())

    async def newest(work):
        return await work.session.scalar(
            select(Organisation.id).where(Organisation.name == "Corner shop")
        )

    assert await actions(world, await world.run(newest)) == ["CREATE_ORGANISATION"]
