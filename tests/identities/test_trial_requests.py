"""Anybody may ask for a network; its founding is the platform's staff's to decide (R3-65)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.kernel.ids import new_id
from app.tenants.models import Tenant, TrialRequest
from app.tenants.trials import end_trial, forget_unconfirmed
from tests.support.letters import delivered, token_in, waiting
from tests.support.people import VIEWER, sign_in
from tests.support.world import LONG_AGO, World, gid

ASK = """mutation($input: RequestTrialInput!) { requestTrial(input: $input) {
  ... on TrialRequested { ok } ... on Refusal { code } } }"""
CONFIRM = """mutation($input: ConfirmTrialRequestInput!) { confirmTrialRequest(input: $input) {
  ... on TrialRequested { ok } ... on Refusal { code } } }"""
SHOWN = "id kind state company name email message decidedBy reason tenantId endsAt"
ACCEPT = f"""mutation($input: AcceptTrialInput!) {{ acceptTrial(input: $input) {{
  ... on TrialRequest {{ {SHOWN} }} ... on Refusal {{ code }} }} }}"""
REFUSE = f"""mutation($input: RefuseTrialInput!) {{ refuseTrial(input: $input) {{
  ... on TrialRequest {{ {SHOWN} }} ... on Refusal {{ code }} }} }}"""
PROLONG = f"""mutation($input: ChangeTrialEndInput!) {{ changeTrialEnd(input: $input) {{
  ... on TrialRequest {{ {SHOWN} }} ... on Refusal {{ code }} }} }}"""
LIST = f"query {{ trialRequests(first: 100) {{ edges {{ node {{ {SHOWN} }} }} }} }}"
RESET = """mutation($input: ResetPasswordInput!) { resetPassword(input: $input) {
  ... on PasswordSet { ok } ... on Refusal { code } } }"""
NEW = "a long new password"


@pytest.fixture
async def staff(world):
    return await world.member(None, name="Platform staff")


@pytest.fixture
def email():
    return f"{new_id().hex}@example.com"


def asking(email, **changes):
    return {
        "kind": "TRIAL",
        "company": "Lakeside {link} Foods",
        "name": "Chen Jie",
        "email": email,
        "message": "Forty shops",
    } | changes


async def ask(world, document, bearer=None, **given):
    answer = await world.ask(document, token=bearer, input=given)
    (found,) = answer.data.values()
    return found


async def listed(staff, email):
    found = (await staff.ask(LIST)).data["trialRequests"]["edges"]
    return [each["node"] for each in found if each["node"]["email"] == email]


async def confirmed(world, staff, email, folder):
    """Ask and confirm; returns the request as the staff sees it."""
    await ask(world, ASK, **asking(email))
    (message,) = await delivered(world, email, folder)
    token = token_in(message, "confirm-trial")
    assert await ask(world, CONFIRM, token=token) == {"ok": True}
    (request,) = await listed(staff, email)
    return request


def network(request, **changes):
    return {
        "trialRequestId": request["id"],
        "slug": f"t{new_id().hex[-30:]}",
        "name": "Lakeside",
        "timeZone": "Asia/Shanghai",
        "currency": "CNY",
    } | changes


async def test_only_a_confirmed_request_reaches_the_staff(world, staff, email, tmp_path):
    answer = await ask(world, ASK, **asking(email))
    before = await listed(staff, email)
    (message,) = await delivered(world, email, tmp_path)
    token = token_in(message, "confirm-trial")

    done, again = [await ask(world, CONFIRM, token=token) for _ in range(2)]

    assert answer == done == {"ok": True}
    assert before == []
    assert again == {"code": "LINK_SPENT"}
    (request,) = await listed(staff, email)
    assert (request["state"], request["company"]) == ("WAITING", "Lakeside {link} Foods")


async def test_accepting_founds_the_network_and_invites_its_administrator(
    world, staff, email, tmp_path
):
    request = await confirmed(world, staff, email, tmp_path)
    ends = (datetime.now(UTC) + timedelta(days=30)).isoformat()

    accepted = await ask(world, ACCEPT, staff.token, **network(request, endsAt=ends))
    twice = await ask(world, ACCEPT, staff.token, **network(request))
    (message,) = await delivered(world, email, tmp_path)
    token = token_in(message, "reset-password")
    done = await ask(world, RESET, token=token, newPassword=NEW)
    signed_in = await sign_in(world, email, NEW)

    assert (accepted["state"], accepted["decidedBy"]) == ("ACCEPTED", "Platform staff")
    assert accepted["tenantId"] is not None
    assert twice == {"code": "TRIAL_DECIDED"}
    assert done == {"ok": True}
    assert signed_in["actingIn"]["organisationName"] == "Lakeside {link} Foods"


async def test_a_refusal_goes_out_with_its_reason(world, staff, email, tmp_path):
    request = await confirmed(world, staff, email, tmp_path)

    refused = await ask(
        world, REFUSE, staff.token, trialRequestId=request["id"], reason="No room this month"
    )
    late = await ask(world, ACCEPT, staff.token, **network(request))

    (message,) = await delivered(world, email, tmp_path)
    assert "No room this month" in message.replace("=\n", "")
    assert (refused["state"], refused["reason"]) == ("REFUSED", "No room this month")
    assert late == {"code": "TRIAL_DECIDED"}


async def test_asking_is_answered_alike_for_everybody_and_bounded(world, staff, email, statements):
    known = staff.email
    counts = []
    for address in (known, email):
        with statements.counting() as sent:
            assert await ask(world, ASK, **asking(address)) == {"ok": True}
        counts.append(len(sent))

    answers = [await ask(world, ASK, **asking(email)) for _ in range(5)]

    # begin, lock the counter, count, request, token, letter, signal, commit
    assert counts == [8, 8]
    assert answers == [{"ok": True}] * 5
    assert len(await waiting(world, email)) == 4


@pytest.mark.parametrize(
    "changes", [{"company": " "}, {"name": ""}, {"email": "nobody"}, {"message": "x" * 2_001}]
)
async def test_what_means_nothing_is_not_asked(world, email, changes):
    answer = await world.ask(ASK, input=asking(email) | changes)

    assert answer.error_codes == ["INVALID"]
    assert await waiting(world, email) == []


async def test_nobody_but_staff_sees_or_decides(world, staff, email, tmp_path):
    request = await confirmed(world, staff, email, tmp_path)
    admin = await world.member(await world.organisation("Brand", "BRAND"), "SYSTEM_ADMIN")

    answers = [
        await admin.ask(LIST),
        await admin.ask(ACCEPT, input=network(request)),
        await admin.ask(REFUSE, input={"trialRequestId": request["id"], "reason": "x"}),
        await admin.ask(PROLONG, input={"trialRequestId": request["id"]}),
    ]

    assert [answer.error_codes for answer in answers] == [["FORBIDDEN"]] * 4
    assert [each["state"] for each in await listed(staff, email)] == ["WAITING"]


async def test_a_trial_ends_unless_it_goes_on(world, staff, database, http):
    admin = await world.member(await world.organisation("Brand", "BRAND"), "SYSTEM_ADMIN")
    other = await World.create(database, http, world.settings)
    request = await trial_of(world, LONG_AGO)
    await trial_of(other, datetime(2090, 1, 1, tzinfo=UTC))

    await world.run(end_trial)
    await other.run(end_trial)
    ended = await admin.ask(VIEWER)
    prolonged = await ask(world, PROLONG, staff.token, trialRequestId=request)

    assert ended.error_codes == ["UNAUTHENTICATED"]
    assert (prolonged["state"], prolonged["endsAt"]) == ("ACCEPTED", None)
    statuses = select(Tenant.id, Tenant.status).where(
        Tenant.id.in_([world.tenant_id, other.tenant_id])
    )
    found = dict((await world.run(lambda work: work.session.execute(statuses))).all())
    assert found == {world.tenant_id: "SUSPENDED", other.tenant_id: "ACTIVE"}


async def trial_of(world, ends_at):
    request = TrialRequest(
        kind="TRIAL",
        state="ACCEPTED",
        company="Lakeside",
        name="Chen Jie",
        email="chen.jie@example.com",
        message="",
        asked_at=LONG_AGO,
        founded_tenant_id=world.tenant_id,
        ends_at=ends_at,
    )
    await world.save(request)
    return gid("TrialRequest", request.id)


async def test_what_nobody_confirmed_is_forgotten_and_its_link_ends(world, email, tmp_path):
    await ask(world, ASK, **asking(email))
    (message,) = await delivered(world, email, tmp_path)
    token = token_in(message, "confirm-trial")
    mine = TrialRequest.email == email
    long_ago = update(TrialRequest).where(mine).values(asked_at=LONG_AGO)
    await world.run(lambda work: work.session.execute(long_ago))

    await world.run(forget_unconfirmed)

    assert await ask(world, CONFIRM, token=token) == {"code": "LINK_SPENT"}
    left = await world.run(lambda work: work.session.scalars(select(TrialRequest).where(mine)))
    assert left.all() == []
