"""A company registers with a seller by its link, and the seller decides (R3-6, R1-8)."""

import asyncio

import pytest
from sqlalchemy import select

from app.db.outbox import OutboxEvent
from app.identities.models import Identity
from app.kernel.ids import new_id
from app.organisations.models import Organisation, TradingRelationship
from app.people.models import Registration
from app.rbac.models import Membership
from tests.support.letters import letters_to, token_to
from tests.support.network import count, network
from tests.support.people import give, role, sign_in, with_password
from tests.support.world import PASSWORD, World

LINK = """... on RegistrationLink { id token label mostADay closedAt }"""
SHOWN = """... on Registration { id state companyName taxNumber email reason
    organisation { name kind city parent { name }
        suppliers { edges { node { seller { name } creditLimit } } } } }"""
OPEN = f"""mutation($input: OpenRegistrationLinkInput!) {{ openRegistrationLink(input: $input) {{
    {LINK} }} }}"""
CLOSE = f"""mutation($input: CloseRegistrationLinkInput!) {{ closeRegistrationLink(input: $input) {{
    {LINK} }} }}"""
REGISTER = """mutation($input: RegisterInput!) { register(input: $input) {
    ... on RegistrationReceived { email } ... on Refusal { code field } } }"""
CONFIRM = """mutation($input: ConfirmRegistrationInput!) { confirmRegistration(input: $input) {
    ... on RegistrationConfirmed { sellerName } ... on Refusal { code field } } }"""
APPROVE = f"""mutation($input: ApproveRegistrationInput!) {{ approveRegistration(input: $input) {{
    {SHOWN} ... on Refusal {{ code field }} }} }}"""
REFUSE = f"""mutation($input: RefuseRegistrationInput!) {{ refuseRegistration(input: $input) {{
    {SHOWN} ... on Refusal {{ code field }} }} }}"""
LIST = "{ registrations { edges { node { id state companyName email } } } }"


class Desk:
    """East has a link for registration, and decides about who comes by it."""

    def __init__(self, world, chain, admin):
        self.world, self.chain, self.admin = world, chain, admin
        self.token = ""

    @classmethod
    async def create(cls, world):
        chain = await network(world)
        desk = cls(world, chain, await world.member(chain.east, "ENTERPRISE_ADMIN"))
        desk.link = await desk.open()
        desk.token = desk.link["token"]
        return desk

    async def open(self, most=10):
        given = {"label": "Fair of May", "mostADay": most}
        return (await self.admin.ask(OPEN, input=given)).data["openRegistrationLink"]

    async def register(self, email, token=None, **more):
        given = {
            "token": token or self.token,
            "companyName": "Lotus Shop",
            "taxNumber": "91310000MA1FL1",
            "street": "12 Long Street",
            "city": "Wuhan",
            "contactName": "Zhao Min",
            "email": email,
        }
        return await self.world.ask(REGISTER, input=given | more)

    async def confirm(self, email, password=PASSWORD):
        given = {"token": await token_to(self.world, email), "password": password}
        return (await self.world.ask(CONFIRM, input=given)).data["confirmRegistration"]

    async def waiting(self, email=None):
        """A registration that waits for east's decision."""
        email = email or fresh_email()
        await self.register(email)
        assert await self.confirm(email) == {"sellerName": "East"}
        return next(each for each in await self.listed() if each["email"] == email)

    async def listed(self, person=None):
        answer = await (person or self.admin).ask(LIST)
        return [edge["node"] for edge in answer.data["registrations"]["edges"]]

    async def decide(self, document, registration, person=None, **more):
        given = {"registrationId": registration["id"], **more}
        return await (person or self.admin).ask(document, input=given)

    async def made(self):
        tables = Organisation, TradingRelationship, Membership
        return [await count(self.world, table) for table in tables]


def fresh_email():
    return f"{new_id().hex}@example.com"


@pytest.fixture
async def desk(world):
    return await Desk.create(world)


async def test_a_registered_company_is_a_customer_with_a_first_user_at_once(desk, statements):
    email = fresh_email()
    received = (await desk.register(email)).data["register"]
    unproven = await desk.listed()
    confirmed = await desk.confirm(email)
    (waiting,) = await desk.listed()
    before = await desk.made()

    with statements.counting() as sent:
        answer = await desk.decide(APPROVE, waiting, terms={"creditLimit": "300"})
    signed_in = await sign_in(desk.world, email)

    assert received == {"email": email}
    assert unproven == []
    assert confirmed == {"sellerName": "East"}
    assert waiting["state"] == "WAITING"
    assert answer.data["approveRegistration"] == waiting | {
        "state": "APPROVED",
        "taxNumber": "91310000MA1FL1",
        "reason": None,
        "organisation": {
            "name": "Lotus Shop",
            "kind": "RETAILER",
            "city": "Wuhan",
            "parent": {"name": "East"},
            "suppliers": {"edges": [{"node": {"seller": {"name": "East"}, "creditLimit": "300"}}]},
        },
    }
    assert await desk.made() == [number + 1 for number in before]
    assert signed_in["actingIn"]["organisationName"] == "Lotus Shop"
    assert "has approved" in (await letters_to(desk.world, email))[-1]
    assert len(sent) == 25


async def test_the_seller_hears_of_it_once_the_e_mail_is_proven(desk):
    await desk.waiting()

    kind = OutboxEvent.kind == "registration_waits"
    data = await desk.world.run(
        lambda work: work.session.scalar(select(OutboxEvent.data).where(kind))
    )

    assert data["company_name"] == "Lotus Shop"
    assert data["recipients"] == [str(desk.admin.membership_id)]


async def test_a_refused_company_is_told_why_and_nothing_is_made(desk):
    email = fresh_email()
    waiting, before = await desk.waiting(email), await desk.made()

    refused = (await desk.decide(REFUSE, waiting, reason="Too far away")).data["refuseRegistration"]
    again = (await desk.decide(APPROVE, waiting)).data["approveRegistration"]

    assert (refused["state"], refused["reason"]) == ("REFUSED", "Too far away")
    assert again == {"code": "REGISTRATION_DECIDED", "field": "registrationId"}
    assert "Reason: Too far away" in (await letters_to(desk.world, email))[-1]
    assert await desk.made() == before


async def test_nobody_is_told_who_has_a_sign_in(desk, database, http, settings):
    other = await World.create(database, http, settings)
    known = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")
    await with_password(other, known, "the known one's own")
    emails, told = (known.email, fresh_email()), []

    for email in emails:
        received = (await desk.register(email)).data["register"]
        letter = (await letters_to(desk.world, email))[-1].partition("#")[0]
        told.append((received | {"email": ""}, letter, await desk.confirm(email)))

    assert told[0] == told[1]
    assert (await sign_in(desk.world, known.email))["code"] == "WRONG_CREDENTIALS"
    identities = await count(desk.world, Identity, Identity.email.in_(emails))
    assert identities == 2


async def test_a_link_takes_so_many_a_day_however_many_come_at_once(desk):
    link = await desk.open(most=2)

    answers = await asyncio.gather(*(desk.register(fresh_email(), link["token"]) for _ in range(4)))

    codes = sorted(answer.data["register"].get("code", "taken") for answer in answers)
    assert codes == ["REGISTRATIONS_FULL", "REGISTRATIONS_FULL", "taken", "taken"]
    assert await count(desk.world, Registration) == 2


async def test_a_closed_link_takes_nobody(desk):
    closed = await desk.admin.ask(CLOSE, input={"linkId": desk.link["id"]})

    late = (await desk.register(fresh_email())).data["register"]
    invented = (await desk.register(fresh_email(), "A" * 64)).data["register"]

    assert closed.data["closeRegistrationLink"]["closedAt"]
    assert late == invented == {"code": "LINK_NOT_VALID", "field": "token"}
    assert await count(desk.world, Registration) == 0


async def test_a_letter_confirms_once_and_one_registration_waits_for_a_mailbox(desk):
    email = fresh_email()
    await desk.register(email)
    first = await desk.confirm(email)
    twice = await desk.confirm(email)
    await desk.register(email)

    second = await desk.confirm(email)

    assert first == {"sellerName": "East"}
    assert twice == {"code": "LINK_NOT_VALID", "field": "token"}
    assert second == {"code": "REGISTRATION_WAITS", "field": "token"}
    assert len(await desk.listed()) == 1


async def test_two_who_decide_at_once_make_one_customer(desk):
    waiting, before = await desk.waiting(), await desk.made()

    answers = await asyncio.gather(*(desk.decide(APPROVE, waiting) for _ in range(3)))

    states = sorted(str(answer.data["approveRegistration"].get("state")) for answer in answers)
    assert states == ["APPROVED", "None", "None"]
    assert await desk.made() == [number + 1 for number in before]


@pytest.mark.parametrize("place", ["brand", "west", "east_shop"])
async def test_nobody_but_the_seller_sees_or_decides(desk, place):
    waiting, before = await desk.waiting(), await desk.made()
    other = await desk.world.member(vars(desk.chain)[place], "ENTERPRISE_ADMIN")

    approved = await desk.decide(APPROVE, waiting, other)
    refused = await desk.decide(REFUSE, waiting, other, reason="no")

    assert approved.error_codes == refused.error_codes == ["NOT_FOUND"]
    assert await desk.listed(other) == []
    assert await desk.made() == [*before[:2], before[2] + 1]


async def test_who_may_not_let_people_in_does_not_approve(desk):
    clerk = await desk.world.member(desk.chain.east)
    rights = [("ORGANISATION_WRITE", "BRANCH"), ("RELATIONSHIP_WRITE", "ORGANISATION")]
    await give(desk.world, clerk, await role(desk.world, desk.chain.east, "Clerk", *rights))
    waiting = await desk.waiting()
    before = await desk.made()

    answer = await desk.decide(APPROVE, waiting, clerk)

    assert answer.error_codes == ["FORBIDDEN"]
    assert await desk.made() == before
    assert (await desk.listed())[0]["state"] == "WAITING"


@pytest.mark.parametrize(
    "said", [{"companyName": " "}, {"taxNumber": ""}, {"street": "x" * 201}, {"email": "nobody"}]
)
async def test_what_a_company_says_of_itself_must_make_sense(desk, said):
    answer = await desk.register(**{"email": fresh_email()} | said)

    assert answer.error_codes == ["INVALID"]
    assert await count(desk.world, Registration) == 0
