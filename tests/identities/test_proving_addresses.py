"""Whose e-mail address is proved, by what, and networks that ask for it (R0-23)."""

import pytest
from sqlalchemy import update

from app.rbac.models import Membership
from tests.support.letters import delivered, token_in
from tests.support.people import VIEWER, sign_in
from tests.support.world import PASSWORD, gid

ADD = """mutation($input: AddMemberInput!) { addMember(input: $input) {
  ... on Membership { id emailProvenAt } ... on Refusal { code } } }"""
PROVE = """mutation($input: ProveEmailInput!) { proveEmail(input: $input) {
  ... on EmailProved { ok } ... on Refusal { code field } } }"""
MEMBERS = """query($id: ID!) { members(organisationId: $id) { edges { node {
  email emailProvenAt } } } }"""
SETTINGS = """mutation($input: ChangeNetworkSettingsInput!) {
  changeNetworkSettings(input: $input) {
    ... on Tenant { requiresProvenEmail } ... on Refusal { code field } } }"""


@pytest.fixture
async def brand(world):
    return await world.organisation("Brand", "BRAND")


async def proved(world, person):
    """As if the person had followed a link."""

    async def note(work):
        mine = update(Membership).where(Membership.id == person.membership_id)
        await work.session.execute(mine.values(email_proven_at=work.now))

    await world.run(note)


async def prove(world, token):
    return (await world.ask(PROVE, input={"token": token})).data["proveEmail"]


async def test_who_is_added_with_a_password_proves_the_address_by_a_letter(world, brand, tmp_path):
    admin = await world.member(brand, "SYSTEM_ADMIN")
    boss = await world.member(brand, "ENTERPRISE_ADMIN")
    email = f"{brand.hex}@example.com"
    given = {"organisationId": gid("Organisation", brand), "name": "Ann", "email": email}
    more = {"initialPassword": PASSWORD, "roleIds": []}

    async def shown():
        edges = (await boss.ask(MEMBERS, id=given["organisationId"])).data["members"]["edges"]
        return {edge["node"]["email"]: edge["node"]["emailProvenAt"] for edge in edges}[email]

    async def ask_for_proof(who):
        rule = {"name": "Net", "taxMode": "PER_LINE", "requiresProvenEmail": True}
        return (await who.ask(SETTINGS, input=rule)).data["changeNetworkSettings"]

    added = (await boss.ask(ADD, input=given | more)).data["addMember"]
    (message,) = await delivered(world, email, tmp_path)
    token = token_in(message, "prove-email")
    before = await sign_in(world, email)
    assert added["emailProvenAt"] is None
    assert (await world.ask(VIEWER, token=before["accessToken"])).error_codes == []
    locked = await ask_for_proof(admin)
    assert locked == {"code": "EMAIL_NOT_PROVED", "field": "requiresProvenEmail"}

    await proved(world, admin)
    assert await ask_for_proof(admin) == {"requiresProvenEmail": True}
    refused = await world.ask(VIEWER, token=before["accessToken"])
    assert refused.error_codes == ["UNAUTHENTICATED"]
    assert await prove(world, token) == {"ok": True}
    assert (await world.ask(VIEWER, token=before["accessToken"])).error_codes == []
    assert await prove(world, token) == {"code": "LINK_SPENT", "field": "token"}
    await proved(world, boss)
    assert await shown() is not None
