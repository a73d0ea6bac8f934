"""A command that was done is answered so, even if it took away the right to read its answer."""

import pytest

from tests.support.people import membership
from tests.support.world import gid


@pytest.fixture
async def leaver(world):
    """An administrator who is not the last one."""
    organisation = await world.organisation("Corner Shop", "RETAILER")
    await world.member(organisation, "ENTERPRISE_ADMIN")
    return await world.member(organisation, "ENTERPRISE_ADMIN")


END = """mutation($i: EndMembershipInput!) { endMembership(input: $i) {
    __typename ... on Membership { roles { name } } } }"""
ASSIGN = """mutation($i: AssignRolesInput!) { assignRoles(input: $i) {
    __typename ... on Membership { roles { name } } } }"""


async def test_who_ends_their_own_membership_is_told_that_it_ended(leaver):
    answer = await leaver.ask(END, i={"membershipId": membership(leaver)})
    again = await leaver.ask(END, i={"membershipId": membership(leaver)})

    assert answer.data["endMembership"]["__typename"] == "Membership"
    assert again.error_codes == ["UNAUTHENTICATED"]


async def test_who_gives_up_their_own_roles_is_shown_what_is_left(leaver, world):
    buyer = gid("Role", world.roles["BUYER"])
    given = {"membershipId": membership(leaver), "roleIds": [buyer]}

    answer = await leaver.ask(ASSIGN, i=given)
    again = await leaver.ask(ASSIGN, i=given)

    assert [role["name"] for role in answer.data["assignRoles"]["roles"]] == ["Buyer"]
    assert again.error_codes == ["FORBIDDEN"]
