"""Night: what everybody was told is counted, and the books and the trail are looked through."""

import asyncio
from collections import Counter
from email.utils import parseaddr

from rich.console import Console

from app.books import AT_REST, BOOKS, check_networks
from app.db.database import Database
from launch.auditing import verify_trails
from launch.bookkeeping import check_books
from tests.e2e.cast import nodes
from tests.e2e.day.people import Day
from tests.e2e.stage import Person
from tests.support.documents import document
from tests.support.patience import until

_UNHEARD = AT_REST[len(BOOKS) :]
_SHIPPED = ("ORDER_CONFIRMED", "ORDER_SHIPPED", "SHIPMENT_DELIVERED")
_BOTH_EXCEPTIONS = ("EXCEPTION_OPENED", "EXCEPTION_OPENED")  # It was late, and two pieces lacked.
_OF_THE_SHOP = (
    *_SHIPPED,
    *_SHIPPED,
    "ORDER_SHORT_PICKED",
    "SHIPMENT_DELAYED",
    "EXCEPTION_EXPLAINED",
    "ANNOUNCEMENT_PUBLISHED",
    *(("INVOICE_ISSUED",) * 2),
    *(("PAYMENT_RECORDED",) * 3),
    "CREDIT_NOTE_ISSUED",
)
_PAID = "PAYMENT_RECORDED"  # At the provider: of the others the seller's own people know.
TOLD = {
    "boss": (*_BOTH_EXCEPTIONS, _PAID, "INVITATION_ACCEPTED", "REGISTRATION_WAITS"),
    "sales": (
        *_BOTH_EXCEPTIONS,
        *_SHIPPED,  # She placed one of the orders herself.
        "ORDER_SHORT_PICKED",
        "ORDER_WAITING_FOR_APPROVAL",
        _PAID,
    ),
    "service": (*_BOTH_EXCEPTIONS, _PAID, "EXCEPTION_ASSIGNED", "TICKET_ROUTED", "TICKET_MARKED"),
    "keeper": _BOTH_EXCEPTIONS,
    "packer": _BOTH_EXCEPTIONS,
    "owner": (*_OF_THE_SHOP, "ORDER_WAITING_FOR_APPROVAL"),
    "buyer": (*_OF_THE_SHOP, "TICKET_TAKEN", "TICKET_ANSWERED", "TICKET_RESOLVED"),
}
ERP_HEARD = Counter(
    RELATIONSHIP_OPENED=1,
    PRODUCT_LISTED=1,
    ORDER_CONFIRMED=2,
    ORDER_SHIPPED=2,
    INVOICE_ISSUED=2,
    PAYMENT_RECORDED=3,
    TICKET_CHANGED=6,
)
TRAIL = [
    "REVIEW",
    "CHECK",
    "APPROVE_STEP",
    "APPROVE",
    "ASK_PAYMENT",
    "RECORD_PAYMENT",
    "ALLOCATE",
    "START_PREPARATION",
    "SHORT_PICK",
    "FINISH_PREPARATION",
    "BOOK_CARRIER",
    "HAND_OVER",
    "ASSIGN_EXCEPTION",
    "EXPLAIN_EXCEPTION",
    "CLOSE_EXCEPTION",
    "SETTLE",
]
"""What the seller's people did to the order; what others did stands in its history."""
_LETTERS = {"sales": 1, "owner": 2} | dict.fromkeys(
    ("boss", "service", "keeper", "packer", "buyer"), 1
)
"""An invitation; a question whether the address is hers, and that the shop is a customer now; and
to each whom somebody else made an account for, a question whether the address is theirs."""


async def everything_was_heard(day: Day) -> None:
    """Wait until no job of the network waits any more, and no message for the ERP."""
    database = Database(day.stage.app_dsn, pool_size=1)

    async def is_quiet() -> bool:
        (looked,) = [each async for each in check_networks(database, [day.slug], _UNHEARD)]
        return not looked.broken and not await deliveries(day, "WAITING")

    await until(is_quiet)
    await database.close()


async def everybody_was_told_once(day: Day) -> None:
    """Each notification stands in the app once, and was mailed once; the others heard nothing."""
    people = {"boss": day.boss, **day.people}
    told = {part: await notified(person) for part, person in people.items()}
    assert told == {part: Counter(kinds) for part, kinds in TOLD.items()}, told
    expected = {
        person.email: told[part].total() + _LETTERS[part] for part, person in people.items()
    }
    hill, its_shop, _ = day.others
    beside = {hill.email: 1, its_shop.email: 1}  # They are asked the same, by their own.

    async def are_mailed() -> bool:
        return mailed(day).total() >= sum(expected.values()) + len(beside)

    await until(are_mailed)
    assert mailed(day) == expected | beside, mailed(day)
    for person in day.others:
        assert await notified(person) == Counter()


async def the_erp_was_told_once(day: Day) -> None:
    """Each event came once, in a message of its own."""
    assert Counter(each.message["type"] for each in day.erp.received) == ERP_HEARD
    assert len({each.id for each in day.erp.received}) == ERP_HEARD.total()
    assert len(await deliveries(day, "DELIVERED")) == ERP_HEARD.total()
    asked = Counter(each.message["type"] for each in day.courier.server.received)
    assert asked == {"BOOK": 2}


async def the_books_are_whole(day: Day, order: str) -> None:
    """What must hold holds; the trail is as it was written, and tells of the order's whole day."""
    console, slug = Console(quiet=True), day.slug
    await asyncio.to_thread(
        lambda: check_books(console, day.stage.app_dsn, slugs=[slug], is_at_rest=True).require()
    )
    await asyncio.to_thread(lambda: verify_trails(console, day.stage.app_dsn, slug=slug))
    trail = await day.boss.read("auditTrail", subjectId=order, first=100)
    actions = [edge["node"]["action"] for edge in reversed(trail["edges"])]
    assert actions == TRAIL
    for person in day.others:
        seen = await person.ask(document("auditTrail", 1), subjectId=order, first=100)
        assert seen.error_codes == ["NOT_FOUND"] or seen.data["auditTrail"]["edges"] == []
        for name in ("orders", "orderExceptions", "pickWaves", "creditNotes", "webhooks"):
            assert await nodes(person, name) == [], (person.email, name)


def mailed(day: Day) -> Counter[str]:
    """How many e-mails went to whom in the network, and to the others."""
    everybody = (parseaddr(message["To"])[1] for message in day.stage.mails())
    return Counter(address for address in everybody if address.endswith(day.domain))


async def notified(person: Person) -> Counter[str]:
    page = await person.read("myNotifications", first=100)
    return Counter(edge["node"]["kind"] for edge in page["edges"])


async def deliveries(day: Day, status: str) -> list[str]:
    return await nodes(day.boss, "webhookDeliveries", webhookId=day.hook, status=status, first=100)
