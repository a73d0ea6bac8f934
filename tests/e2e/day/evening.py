"""Evening: papers and money, a complaint and good news; then everything is counted."""

from datetime import datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.e2e.cast import nodes
from tests.e2e.day.goods import code
from tests.e2e.day.people import Day
from tests.e2e.stage import Person

BILLED = ("954", "124.02", "1078.02")  # 106 pieces were received
CREDITED = "30.51"  # three pieces
BEYOND = "61.02"  # what was paid for six pieces that never came
LEFT = "152.55"  # of two cases, 244.08


async def invoices_are_written(day: Day, order: str, other: str) -> tuple[str, str]:
    """For what was received; a PDF says so too. What was paid beyond it is the shop's."""
    for each in (order, other):
        settled = await day.boss.must("settleOrder", orderId=each)
        assert (settled["state"], settled["invoiceStatus"]) == ("COMPLETED", "INVOICED")
    first, second = [(await day.owner.read("order", id=each))["invoice"] for each in (order, other)]
    assert tuple(first[name] for name in ("net", "tax", "total")) == BILLED
    assert (first["open"], second["open"]) == ("0", "244.08")
    text = await read_paper(day, day.owner, "invoiceFile", first["id"])
    for words in (first["documentNumber"], "1078.02", "Lotus Corner", "Harbour Trade"):
        assert words in text, text
    await day.beside_see_nothing_of(first["id"], second["id"])
    return first["id"], second["id"]


async def what_is_damaged_is_credited(day: Day, invoice: str) -> str:
    """Three pieces of a size are wet."""
    lines = (await day.boss.read("invoice", id=invoice))["lines"]
    (wet,) = (each["position"] for each in lines if each["sku"]["code"] == code(7))
    credited = [{"position": wet, "quantity": "3", "cause": "DAMAGED"}]
    given = {"invoiceId": invoice, "lines": credited, "reason": "Wet boxes"}
    note = await day.boss.must("creditInvoice", idempotencyKey="wet", **given)
    assert (note["total"], note["unallocated"]) == (CREDITED, CREDITED)
    text = await read_paper(day, day.owner, "creditNoteFile", note["id"])
    assert note["documentNumber"] in text
    assert CREDITED in text
    await day.beside_see_nothing_of(note["id"])
    return note["id"]


async def everything_is_paid(day: Day, open_invoice: str, note: str) -> None:
    """The credit of the day covers a part of the second invoice, and a transfer the rest."""
    boss = day.boss
    left = await boss.read("payments", relationshipId=day.relationship, onlyUnallocated=True)
    spare = {edge["node"]["id"]: edge["node"]["unallocated"] for edge in left["edges"]}
    assert list(spare.values()) == [BEYOND]
    (payment,) = spare
    to = {"allocations": [{"invoiceId": open_invoice, "amount": BEYOND}]}
    await boss.must("allocatePayment", idempotencyKey="beyond", paymentId=payment, **to)
    to = {"allocations": [{"invoiceId": open_invoice, "amount": CREDITED}]}
    await boss.must("allocateCreditNote", idempotencyKey="note", creditNoteId=note, **to)
    transfer = {"relationshipId": day.relationship, "method": "BANK_TRANSFER", "amount": LEFT}
    last = await boss.must("receivePayment", idempotencyKey="last", oldestFirst=True, **transfer)
    assert last["unallocated"] == "0"
    for person in (boss, day.owner):
        assert await nodes(person, "invoices", onlyOpen=True) == []
        assert len(await nodes(person, "invoices")) == 2
    for person in day.others:
        assert await nodes(person, "invoices") == []
        assert await nodes(person, "payments") == []
    await day.beside_see_nothing_of(payment, last["id"])


async def a_complaint_is_answered(day: Day, order: str) -> None:
    """It goes to the role of the rule, is answered in time, resolved, marked and closed."""
    roles = await day.stage.roles_of(day.boss)
    await day.boss.must(
        "createTicketRule",
        idempotencyKey="complaints",
        kind="COMPLAINT",
        roleId=roles["Customer service"],
        responseHours=4,
    )
    words = {"subject": "Wet boxes", "text": "Three tins are wet.", "aboutId": order}
    words |= {"kind": "COMPLAINT", "category": "QUALITY", "channel": "WEB"}
    opened = await day.buyer.must(
        "openTicket", idempotencyKey="wet", relationshipId=day.relationship, **words
    )
    ticket = {"ticketId": opened["id"]}
    await day.service.must("takeTicket", **ticket)
    said = {"text": "We credit them.", "isInternal": False}
    answered = await day.service.must("writeTicketMessage", idempotencyKey="a", **ticket, **said)
    assert instant(answered["answeredAt"]) <= instant(opened["respondBy"])
    await day.service.must("resolveTicket", result="Credited", **ticket)
    await day.buyer.must("followUpTicket", mark=5, text="Thank you", **ticket)
    closed = await day.service.must("closeTicket", **ticket)
    assert (closed["state"], closed["mark"]) == ("CLOSED", 5)
    for person in day.others:
        assert await nodes(person, "tickets") == []
    await day.beside_see_nothing_of(opened["id"])


async def an_announcement_is_read(day: Day) -> None:
    """The sales lead tells all customers; who has read it is known by name."""
    words = [{"language": "EN", "title": "First flush", "text": "It comes on Monday."}]
    sent = await day.sales.must(
        "createAnnouncement", idempotencyKey="news", words=words, audience={"isForAll": True}
    )
    assert sent["counts"] == {"__typename": "AnnouncementCounts", "addressed": 1, "read": 0}
    assert await nodes(day.buyer, "announcements") == [sent["id"]]
    await day.buyer.must("markAnnouncementsRead", announcementIds=[sent["id"]])
    (receipt,) = (await day.sales.read("announcementReceipts", announcementId=sent["id"]))[
        "receipts"
    ]
    assert (receipt["name"], receipt["readBy"]) == ("Lotus Corner", "Li")
    for person in day.others:
        assert await nodes(person, "announcements") == []
    await day.beside_see_nothing_of(sent["id"])


async def read_paper(day: Day, person: Person, name: str, paper: str) -> str:
    """The text of a PDF, which nobody beside can fetch."""
    found: dict[str, Any] = await person.read(name, id=paper)
    fetched = await day.stage.http.get(found["downloadUrl"])
    assert fetched.status_code == 200
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(fetched.content)).pages)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
