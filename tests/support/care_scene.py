"""What a branch has of customer care: tickets, rules, terms and contacts, for isolation tests."""

from typing import Any

from app.kernel.ids import new_id
from tests.support.files import PDF, uploaded


async def add_care(branch: Any) -> dict[str, str]:
    """A rule, two tickets of the customer with a note that it must not see, and two contacts."""
    rule = await branch.do(
        "seller",
        "createTicketRule",
        idempotencyKey=new_id().hex,
        kind="COMPLAINT",
        levelId=branch["CustomerLevel"],
        membershipId=branch["Membership:SELLER"],
        responseHours=8,
    )
    await branch.do("seller", "setCareTerms", opens="09:00", closes="18:00")
    tickets = [await _ticket(branch) for _ in range(2)]
    noted, shown = [
        await uploaded(branch.seller, "TICKET_ATTACHMENT", PDF + word.encode(), f"{word}.pdf")
        for word in (f"{branch.secret} remark", f"{branch.secret} complaint")
    ]
    told = {
        "ticketId": tickets[0],
        "text": f"{branch.secret} remark",
        "isInternal": True,
        "fileIds": [noted],
    }
    await branch.do("seller", "writeTicketMessage", idempotencyKey=new_id().hex, **told)
    told = {"ticketId": tickets[1], "text": f"{branch.secret} complaint", "fileIds": [shown]}
    await branch.do("seller", "writeTicketMessage", idempotencyKey=new_id().hex, **told)
    contacts = [
        await branch.do(
            "seller",
            "logContact",
            idempotencyKey=new_id().hex,
            relationshipId=branch["TradingRelationship"],
            kind="CALL",
            withWhom=branch.secret,
            text=f"{branch.secret} contact",
            nextStep=f"{branch.secret} step",
            nextOn="2026-01-01",
        )
        for _ in range(2)
    ]
    announcements = [
        await branch.do(
            "seller",
            "createAnnouncement",
            idempotencyKey=new_id().hex,
            words=[
                {
                    "language": "EN",
                    "title": f"{branch.secret} news",
                    "text": f"{branch.secret} news",
                }
            ],
            audience={"relationshipIds": [branch["TradingRelationship"]]},
            schemeIds=[branch["TradeScheme"]],
        )
        for _ in range(2)
    ]
    read = [each["id"] for each in announcements]
    await branch.do("buyer", "markAnnouncementsRead", announcementIds=read)
    return {
        "Announcement": read[0],
        "Announcement:2": read[1],
        "StoredFile:NOTED": noted,
        "StoredFile:SHOWN": shown,
        "StoredFile:TICKET": await uploaded(branch.seller, "TICKET_ATTACHMENT", PDF, "photo.pdf"),
        "TicketRule": rule["id"],
        "Ticket": tickets[0],
        "Ticket:2": tickets[1],
        "CustomerContact": contacts[0]["id"],
        "CustomerContact:2": contacts[1]["id"],
    }


async def _ticket(branch: Any) -> str:
    ticket = await branch.do(
        "buyer",
        "openTicket",
        idempotencyKey=new_id().hex,
        relationshipId=branch["TradingRelationship"],
        kind="COMPLAINT",
        category="QUALITY",
        subject=f"{branch.secret} ticket",
        text=f"{branch.secret} complaint",
        aboutId=branch["Order:SHIPPED"],
    )
    return ticket["id"]
