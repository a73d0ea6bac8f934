"""Invitations by e-mail, from the letter to the membership (R3-6, R3-31)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.people.models import Invitation
from app.rbac.models import Membership
from tests.support.letters import letters_to, token_to
from tests.support.network import actions, count, network
from tests.support.people import ACT_AS, give, role, sign_in, with_password
from tests.support.world import PASSWORD, World, gid

ABOUT = "... on Invitation { id email state sendings roles { name } organisation { name } }"
REFUSED = "... on Refusal { code field }"
INVITE = f"""mutation($input: InviteMemberInput!) {{
    inviteMember(input: $input) {{ {ABOUT} {REFUSED} }} }}"""
RESEND = f"""mutation($input: ResendInvitationInput!) {{
    resendInvitation(input: $input) {{ {ABOUT} {REFUSED} }} }}"""
WITHDRAW = f"""mutation($input: WithdrawInvitationInput!) {{
    withdrawInvitation(input: $input) {{ {ABOUT} {REFUSED} }} }}"""
ACCEPT = f"""mutation($input: AcceptInvitationInput!) {{ acceptInvitation(input: $input) {{
    ... on Workplace {{ membershipId organisationName }} {REFUSED} }} }}"""
JOIN = f"""mutation($input: JoinByInvitationInput!) {{ joinByInvitation(input: $input) {{
    ... on Workplace {{ membershipId organisationName }} {REFUSED} }} }}"""
LIST = """query($id: ID!, $state: InvitationState) {
    invitations(organisationId: $id, state: $state) { edges { node { email state } } } }"""


def fresh_email():
    return f"{new_id().hex}@example.com"


@pytest.fixture
async def brand(world):
    return await world.organisation("Brand", "BRAND")


@pytest.fixture
async def admin(world, brand):
    return await world.member(brand, "ENTERPRISE_ADMIN", name="Chen Jie")


async def ask_to_invite(person, organisation, email, *roles, **more):
    given = {
        "organisationId": gid("Organisation", organisation),
        "name": "Wang Fang",
        "email": email,
        "roleIds": [gid("Role", item) for item in roles],
    }
    return await person.ask(INVITE, input=given | more)


async def invite(person, email, *roles, **more):
    answer = await ask_to_invite(person, person.organisation_id, email, *roles, **more)
    return answer.data["inviteMember"]


async def join(world, token, **more):
    given = {"token": token, "name": "Wang Fang", "password": PASSWORD} | more
    return (await world.ask(JOIN, input=given)).data["joinByInvitation"]


async def accept(person, token):
    return (await person.ask(ACCEPT, input={"token": token})).data["acceptInvitation"]


async def listed(person, state=None):
    given = {"id": gid("Organisation", person.organisation_id), "state": state}
    edges = (await person.ask(LIST, **given)).data["invitations"]["edges"]
    return [(edge["node"]["email"], edge["node"]["state"]) for edge in edges]


async def members(world, email):
    return await count(world, Membership, Membership.email == email)


async def expire(world):
    over = update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await world.run(lambda work: work.session.execute(over))


async def test_a_newcomer_joins_by_the_letter_and_works_with_the_roles_given(world, brand, admin):
    email = fresh_email()
    invited = await invite(admin, email.upper(), world.roles["BUYER"], world.roles["SALES"])
    (letter,) = await letters_to(world, email)
    before = await members(world, email)

    joined = await join(world, await token_to(world, email), name="Wang F.")
    signed_in = await sign_in(world, email)

    assert (invited["email"], invited["state"], invited["sendings"]) == (email, "WAITING", 1)
    assert invited["roles"] == [{"name": "Buyer"}, {"name": "Sales representative"}]
    assert letter.startswith("Chen Jie invites you to work for Brand. Open https://trade")
    assert (before, await members(world, email)) == (0, 1)
    assert joined["organisationName"] == "Brand"
    assert signed_in["actingIn"]["membershipId"] == joined["membershipId"]
    assert await listed(admin) == [(email, "ACCEPTED")]
    invitation = await world.run(lambda work: work.session.scalar(select(Invitation.id)))
    assert await actions(world, invitation) == ["INVITE_MEMBER", "ACCEPT_INVITATION"]


async def test_who_has_a_sign_in_accepts_by_signing_in(
    world, brand, admin, database, http, settings
):
    other = await World.create(database, http, settings)
    shop = await other.organisation("Shop", "RETAILER")
    known = await with_password(other, await other.member(shop, "BUYER", name="Li Na"))
    await invite(admin, known.email, world.roles["BUYER"])
    token = await token_to(world, known.email)

    as_new = await join(world, token)
    joined = await accept(known, token)
    moved = await known.ask(ACT_AS, input={"membershipId": joined["membershipId"]})

    assert as_new == {"code": "SIGN_IN_FIRST", "field": "token"}
    assert moved.data["actAs"]["actingIn"]["organisationName"] == "Brand"
    places = (await sign_in(world, known.email))["memberships"]
    assert sorted(place["organisationName"] for place in places) == ["Brand", "Shop"]


async def test_the_inviter_is_told_the_same_whoever_has_a_sign_in(
    world, brand, admin, database, http, settings, statements
):
    other = await World.create(database, http, settings)
    known = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")
    await invite(admin, fresh_email(), world.roles["BUYER"])
    emails = [known.email, fresh_email()]

    sent, answers, letters = [], [], []
    for email in emails:
        with statements.counting() as counted:
            answer = await invite(admin, email, world.roles["BUYER"])
        sent.append(len(counted))
        answers.append({**answer, "id": "", "email": ""})
        letters.append((await letters_to(world, email))[0].partition("#")[0])

    assert answers[0] == answers[1]
    assert letters[0] == letters[1]
    assert sent[0] == sent[1]


async def test_an_invitation_is_good_once(world, brand, admin):
    email = fresh_email()
    await invite(admin, email, world.roles["BUYER"])
    token = await token_to(world, email)
    await join(world, token)

    again, by_another = await join(world, token), await accept(admin, token)

    assert again == by_another == {"code": "INVITATION_USED", "field": "token"}
    assert await members(world, email) == 1


async def test_two_who_use_a_link_at_once_get_one_membership(world, brand, admin):
    email = fresh_email()
    await invite(admin, email, world.roles["BUYER"])
    token = await token_to(world, email)

    answers = await asyncio.gather(*(join(world, token) for _ in range(3)))

    codes = sorted(answer.get("code", "joined") for answer in answers)
    assert codes == ["INVITATION_USED", "INVITATION_USED", "joined"]
    assert await members(world, email) == 1


async def test_only_the_mailbox_that_was_written_to_lets_in(world, brand, admin):
    await invite(admin, email := fresh_email(), world.roles["BUYER"])
    stranger = await world.member(await world.organisation("Shop", parent=brand), "BUYER")

    answer = await accept(stranger, await token_to(world, email))

    assert answer == {"code": "INVITED_BY_OTHER_EMAIL", "field": "token"}
    assert await members(world, email) == 0
    assert await listed(admin) == [(email, "WAITING")]


@pytest.mark.parametrize("token", ["", "no such token", "A" * 64])
async def test_what_is_no_token_is_refused(world, token):
    answer = await join(world, token)

    assert answer == {"code": "LINK_NOT_VALID", "field": "token"}


async def test_an_expired_invitation_lets_nobody_in_until_it_is_sent_again(world, brand, admin):
    made = await invite(admin, email := fresh_email(), world.roles["BUYER"])
    old = await token_to(world, email)
    await expire(world)

    late = await join(world, old)
    shown = await listed(admin, "EXPIRED"), await listed(admin, "WAITING")
    resent = await admin.ask(RESEND, input={"invitationId": made["id"], "days": 2})
    by_old, by_new = await join(world, old), await join(world, await token_to(world, email))

    assert late == {"code": "INVITATION_EXPIRED", "field": "token"}
    assert shown == ([(email, "EXPIRED")], [])
    assert resent.data["resendInvitation"]["sendings"] == 2
    assert by_old == {"code": "LINK_NOT_VALID", "field": "token"}
    assert by_new["organisationName"] == "Brand"


async def test_a_withdrawn_invitation_is_void_and_stays_so(world, brand, admin):
    made = await invite(admin, email := fresh_email(), world.roles["BUYER"])
    given = {"invitationId": made["id"]}
    withdrawn = (await admin.ask(WITHDRAW, input=given)).data["withdrawInvitation"]

    joined = await join(world, await token_to(world, email))
    again = (await admin.ask(RESEND, input=given)).data["resendInvitation"]
    anew = await invite(admin, email, world.roles["BUYER"])

    assert withdrawn["state"] == "WITHDRAWN"
    assert joined == {"code": "LINK_NOT_VALID", "field": "token"}
    assert again == {"code": "INVITATION_DECIDED", "field": "invitationId"}
    assert anew["state"] == "WAITING"
    assert await members(world, email) == 0


async def test_nobody_is_invited_twice_or_when_they_work_here(world, brand, admin):
    await invite(admin, email := fresh_email(), world.roles["BUYER"])

    again = await invite(admin, email, world.roles["SALES"])
    colleague = await invite(admin, admin.email, world.roles["SALES"])

    assert again == {"code": "ALREADY_INVITED", "field": "email"}
    assert colleague == {"code": "ALREADY_MEMBER", "field": "email"}
    assert await listed(admin) == [(email, "WAITING")]


async def test_nobody_invites_with_more_than_they_hold_or_where_they_do_not_reach(world):
    chain = await network(world)
    clerk_role = await role(
        world,
        chain.east,
        "Clerk",
        ("MEMBER_WRITE", "ORGANISATION"),
        ("MEMBER_READ", "ORGANISATION"),
    )
    clerk = await world.member(chain.east)
    await give(world, clerk, clerk_role)

    beyond = await invite(clerk, fresh_email(), world.roles["BUYER"])
    beside = await ask_to_invite(clerk, chain.west, fresh_email())

    assert beyond == {"code": "GRANT_BEYOND_OWN", "field": "roleIds"}
    assert beside.error_codes == ["NOT_FOUND"]
    assert await count(world, Invitation) == 0


async def test_a_closed_organisation_lets_nobody_in(world, brand, admin):
    await invite(admin, email := fresh_email(), world.roles["BUYER"])
    closed = update(Organisation).where(Organisation.id == brand).values(status="CLOSED")
    await world.run(lambda work: work.session.execute(closed))

    joined = await join(world, await token_to(world, email))
    invited = await invite(admin, fresh_email(), world.roles["BUYER"])

    assert joined == {"code": "ORGANISATION_CLOSED", "field": "token"}
    assert invited["code"] == "ORGANISATION_CLOSED"
    assert await members(world, email) == 0
