"""People choose how they are told: by kind, by channel, and at which times of day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.notifications.commands import gather_digest
from app.notifications.mail import digest_of
from app.notifications.models import EmailStatus, Notification
from app.notifications.operations import due_digests, unsent_digest, unsent_email
from app.rbac.models import Membership
from tests.support.notifications import order_event, told

SETTINGS = """timeZone quietHours { begin end } digestAt choices { kind isShown email }"""
ASK = f"{{ myNotificationSettings {{ {SETTINGS} }} }}"
SET = f"""mutation ($input: SetNotificationSettingsInput!) {{
  setNotificationSettings(input: $input) {{ ... on NotificationSettings {{ {SETTINGS} }} }} }}"""
MINE = "{ myNotifications { unreadCount edges { node { title } } } }"
NIGHT = {"quietHours": {"begin": "22:00", "end": "07:00"}, "timeZone": "Asia/Shanghai"}
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # in Shanghai
MORNING = MIDNIGHT + timedelta(hours=7)


async def choose(person, **settings):
    answer = await person.ask(SET, input=settings)
    return answer.data["setNotificationSettings"]


def choice(kind, **how):
    return {"choices": [{"kind": kind, **how}]}


async def told_at(world, now, *people, **data):
    """Tell people at an instant; returns the rows of this network, the oldest first."""
    await told(world, *people, event=order_event("order_confirmed", **data), now=now)
    rows = await world.run(
        lambda work: work.session.scalars(select(Notification).order_by(Notification.created_at))
    )
    return list(rows)


async def due(world, now):
    return list(await world.run(due_digests, now))


async def test_whoever_chose_nothing_is_told_all_at_once(person):
    answer = await person.ask(ASK)

    shown = answer.data["myNotificationSettings"]
    assert shown["timeZone"] is None
    assert shown["quietHours"] is None
    assert shown["digestAt"] == "08:00:00"
    assert {(each["isShown"], each["email"]) for each in shown["choices"]} == {(True, "AT_ONCE")}


async def test_settings_are_set_as_a_whole_and_for_one_membership(world, person):
    colleague = await world.member(person.organisation_id, "BUYER")

    first = await choose(person, **NIGHT, **choice("ORDER_SHIPPED", email="NEVER"))
    second = await choose(person, digestAt="18:30")

    assert first["quietHours"] == {"begin": "22:00:00", "end": "07:00:00"}
    assert {"kind": "ORDER_SHIPPED", "isShown": True, "email": "NEVER"} in first["choices"]
    assert (second["quietHours"], second["digestAt"]) == (None, "18:30:00")
    assert {each["email"] for each in second["choices"]} == {"AT_ONCE"}
    assert (await person.ask(ASK)).data["myNotificationSettings"] == second
    assert (await colleague.ask(ASK)).data["myNotificationSettings"]["digestAt"] == "08:00:00"


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"quietHours": {"begin": "07:00", "end": "07:00"}}, "quietHours.end"),
        ({"quietHours": {"begin": "07:00:30", "end": "08:00"}}, "quietHours.begin"),
        ({"digestAt": "07:00+02:00"}, "digestAt"),
        ({"choices": [{"kind": "ORDER_SHIPPED"}, {"kind": "ORDER_SHIPPED"}]}, "choices.1.kind"),
    ],
)
async def test_what_cannot_be_meant_is_named_and_changes_nothing(person, chosen, field):
    before = await choose(person, digestAt="18:30")

    answer = await person.ask(SET, input=chosen)

    assert answer.error_codes == ["INVALID"]
    assert answer.body["errors"][0]["extensions"]["field"] == field
    assert (await person.ask(ASK)).data["myNotificationSettings"] == before


async def test_a_kind_may_come_by_one_channel_alone(world, person):
    await choose(person, **choice("ORDER_CONFIRMED", isShown=False))
    (by_email,) = await told_at(world, MIDNIGHT, person)
    hidden = (await person.ask(MINE)).data["myNotifications"]
    await choose(person, **choice("ORDER_CONFIRMED", email="NEVER"))
    _, in_the_app = await told_at(world, MORNING, person)

    assert hidden == {"unreadCount": 0, "edges": []}
    assert (await world.run(lambda work: unsent_email(work, by_email.id))).address == person.email
    assert await world.run(lambda work: unsent_email(work, in_the_app.id)) is None
    assert (await person.ask(MINE)).data["myNotifications"]["unreadCount"] == 1


async def test_what_comes_at_night_waits_and_comes_as_one(world, person):
    await choose(person, **NIGHT)
    await told_at(world, MIDNIGHT, person, number="SO-1")
    rows = await told_at(world, MIDNIGHT + timedelta(hours=1), person, number="SO-2")

    early = await due(world, MORNING - timedelta(seconds=1))
    on_time = await due(world, MORNING)
    digest_id = await world.run(lambda work: gather_digest(work, person.membership_id), MORNING)
    digest = await world.run(lambda work: unsent_digest(work, digest_id))

    assert [row.email_status for row in rows] == [EmailStatus.WAITING] * 2
    assert await world.run(lambda work: unsent_email(work, rows[0].id)) is None
    assert (early, on_time) == ([], [person.membership_id])
    assert await due(world, MORNING) == []
    message = digest_of(digest, "orders@tributary.test")
    assert message["Subject"] == "Order SO-1 is confirmed (and 1 more)"
    assert "Riverside has confirmed order SO-2." in message.get_body(("plain",)).get_content()
    assert message["Message-ID"] == f"<{digest_id}@tributary.test>"


async def test_a_digest_is_for_those_who_are_still_there(world, person):
    await choose(person, **choice("ORDER_CONFIRMED", email="DAILY"))
    await told_at(world, MIDNIGHT, person)
    late = MIDNIGHT + timedelta(days=2)

    async def leave(work):
        await work.session.execute(
            update(Membership)
            .where(Membership.id == person.membership_id)
            .values(ended_at=work.now)
        )

    digest_id = await world.run(lambda work: gather_digest(work, person.membership_id), late)
    await world.run(leave)

    assert await world.run(lambda work: unsent_digest(work, digest_id)) is None
    assert await due(world, late) == []


async def test_telling_people_with_choices_takes_as_many_statements(world, person, statements):
    colleague = await world.member(person.organisation_id, "BUYER")
    await choose(colleague, **NIGHT, **choice("ORDER_CONFIRMED", email="DAILY"))

    with statements.counting() as for_one:
        await told_at(world, MIDNIGHT, person)
    with statements.counting() as for_two:
        await told_at(world, MORNING, person, colleague)

    assert len(for_one) == len(for_two)


async def test_without_a_membership_there_is_nothing_to_set(world):
    staff = await world.member(None)

    for answer in (await staff.ask(ASK), await staff.ask(SET, input={}), await world.ask(ASK)):
        assert answer.error_codes == ["UNAUTHENTICATED"]
