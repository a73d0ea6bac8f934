"""The paper of money of a branch: what is on invoices, and credit of one."""

from typing import Any, Protocol

from app.kernel.ids import new_id


class Trading(Protocol):
    """Where people of two sides give commands."""

    @property
    def secret(self) -> str: ...

    @property
    def things(self) -> dict[str, str]: ...

    async def do(self, side: str, command: str, /, **given: Any) -> dict[str, Any]: ...


def company_prefix() -> str:
    """A GS1 company prefix that hardly anybody else has."""
    return f"69{new_id().int % 10**7:07}"


async def add_billing_details(branch: Trading) -> None:
    """What stands on the invoices that are issued from now on."""
    secret = branch.secret
    await branch.do(
        "seller",
        "setBillingDetails",
        legalName=f"{secret} Paper",
        street=secret,
        gs1CompanyPrefix=company_prefix(),
    )


async def add_credit(branch: Trading) -> dict[str, str]:
    """Two credit notes of the one invoice, which is paid in part, money beside it, and ahead."""
    made: dict[str, str] = {}
    for name in ("CreditNote", "CreditNote:2"):
        note = await branch.do(
            "seller",
            "creditInvoice",
            idempotencyKey=new_id().hex,
            invoiceId=branch.things["Invoice"],
            lines=[{"position": 1, "quantity": "0.5", "cause": "DAMAGED"}],
            reason=f"{branch.secret} credit",
        )
        made[name] = note["id"]
    terms = {"relationshipId": branch.things["TradingRelationship"]}
    for name in ("Payment", "Payment:2"):
        payment = await branch.do(
            "seller",
            "receivePayment",
            idempotencyKey=new_id().hex,
            **terms,
            amount="2",
            method="BANK_TRANSFER",
            reference=branch.secret,
        )
        made[name] = payment["id"]
    await branch.do(
        "seller",
        "topUpPrepaidBalance",
        idempotencyKey=new_id().hex,
        **terms,
        amount="3",
        reference=branch.secret,
    )
    await branch.do(
        "buyer",
        "answerAccountStatement",
        idempotencyKey=new_id().hex,
        **terms,
        since="2020-01-01",
        until="2020-02-01",
        seenClosing="0",
        verdict="DISPUTED",
        words=branch.secret,
    )
    return made
