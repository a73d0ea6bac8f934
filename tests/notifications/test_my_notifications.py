import pytest
from sqlalchemy import update

from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.notifications.operations import notify
from app.rbac.models import Membership
from tests.support.notifications import order_event, told
from tests.support.world import gid

MINE = """query ($first: Int!, $after: String, $unreadOnly: Boolean!) {
  myNotifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
    unreadCount pageInfo { hasNextPage endCursor }
    edges { node { id kind title text subjectId readAt createdAt } }
  } }"""
MARK = """mutation ($ids: [ID!]!) { markNotificationsRead(input: {ids: $ids}) {
  ... on MarkedNotifications { unreadCount notifications { id readAt } } } }"""


async def mine(person, first=20, after=None, *, unread_only=False):
    answer = await person.ask(MINE, first=first, after=after, unreadOnly=unread_only)
    return answer.data["myNotifications"]


def ids(found):
    return [edge["node"]["id"] for edge in found["edges"]]


@pytest.fixture
async def sibling(world):
    return await world.member(await world.organisation("Other shop", "RETAILER"), "BUYER")


async def test_people_read_their_own_notifications_newest_first(world, person, sibling):
    event = order_event("order_shipped", carrier="SF Express", tracking_number="SF123")
    (older,) = await told(world, person)
    newer, _ = await told(world, person, sibling, event=event)

    found = await mine(person)

    assert ids(found) == [gid("Notification", newer), gid("Notification", older)]
    first = found["edges"][0]["node"]
    assert first["kind"] == "ORDER_SHIPPED"
    assert first["subjectId"] == gid("Order", event.subject_id)
    assert first["text"] == (
        "Order SO-1 from Riverside is on its way. Carrier: SF Express. Tracking number: SF123."
    )
    assert found["unreadCount"] == 2
    assert len(ids(await mine(sibling))) == 1


async def test_pages_hold_each_notification_once(world, person):
    for _ in range(5):
        await told(world, person)

    first = await mine(person, first=3)
    second = await mine(person, first=3, after=first["pageInfo"]["endCursor"])

    assert first["pageInfo"]["hasNextPage"]
    assert not second["pageInfo"]["hasNextPage"]
    assert len({*ids(first), *ids(second)}) == 5


async def test_a_foreign_cursor_is_named(person):
    answer = await person.ask(MINE, first=1, after="bm90IG91cnM=", unreadOnly=False)

    assert answer.error_codes == ["INVALID"]


async def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(
    world, person, statements
):
    await mine(person)  # Rights are compiled at the first request.
    sent_for = []
    for _ in range(2):
        await told(world, person)
        with statements.counting() as sent:
            await mine(person)
        sent_for.append(len(sent))

    assert sent_for == [5, 5]  # begin, who acts, the page, the unread ones, commit


async def test_telling_many_people_takes_as_many_statements_as_telling_one(
    world, person, sibling, statements
):
    with statements.counting() as for_one:
        await told(world, person)
    with statements.counting() as for_two:
        await told(world, person, sibling)

    assert len(for_one) == len(for_two) == 5  # begin, choices, notifications, their events, commit


async def test_marking_as_read_keeps_the_first_instant(world, person):
    first, second = (await told(world, person))[0], (await told(world, person))[0]
    keys = [gid("Notification", second), gid("Notification", first)]

    once = (await person.ask(MARK, ids=keys[:1])).data["markNotificationsRead"]
    twice = (await person.ask(MARK, ids=keys)).data["markNotificationsRead"]

    assert once["unreadCount"] == 1
    assert twice["unreadCount"] == 0
    assert [item["id"] for item in twice["notifications"]] == keys
    assert twice["notifications"][0]["readAt"] == once["notifications"][0]["readAt"]
    assert ids(await mine(person, unread_only=True)) == []


@pytest.mark.parametrize("whose", ["sibling", "other network", "nobody", "another type"])
async def test_other_peoples_notifications_answer_like_unknown_ones(
    world, person, sibling, stranger, whose
):
    (own,), (of_sibling,) = await told(world, person), await told(world, sibling)
    (of_stranger,) = await told(stranger.world, stranger)
    foreign = {
        "sibling": gid("Notification", of_sibling),
        "other network": gid("Notification", of_stranger),
        "nobody": gid("Notification", new_id()),
        "another type": gid("Order", own),
    }[whose]

    answer = await person.ask(MARK, ids=[gid("Notification", own), foreign])

    assert answer.error_codes == ["NOT_FOUND"]
    assert answer.body["errors"][0]["message"] == "There is no such Notification."
    assert (await mine(person))["unreadCount"] == 1
    assert (await mine(sibling))["unreadCount"] == 1


async def test_no_or_too_many_ids_are_refused(person):
    for keys in ([], [gid("Notification", new_id()) for _ in range(101)]):
        answer = await person.ask(MARK, ids=keys)

        assert answer.error_codes == ["INVALID"]


async def test_without_a_membership_there_is_nothing_to_be_told(world):
    staff = await world.member(None)

    for answer in (
        await staff.ask(MINE, first=1, unreadOnly=False),
        await world.ask(MINE, first=1, unreadOnly=False),
        await world.ask(MARK, ids=[gid("Notification", new_id())]),
    ):
        assert answer.error_codes == ["UNAUTHENTICATED"]


async def test_somebody_who_has_left_is_told_nothing(world, person):
    await world.run(
        lambda work: work.session.execute(
            update(Membership)
            .where(Membership.id == person.membership_id)
            .values(ended_at=work.now)
        )
    )

    assert await told(world, person) == []


async def test_an_event_tells_a_person_once(world, person):
    event = OutboxEvent(
        id=new_id(),
        kind="order_confirmed",
        subject_kind="order",
        subject_id=new_id(),
        data={"number": "1", "seller_name": "Riverside"},
    )
    recipients = [person.membership_id, person.membership_id]

    first = await world.run(lambda work: notify(work, event, recipients))
    again = await world.run(lambda work: notify(work, event, recipients))

    assert (len(first), again) == (1, [])
