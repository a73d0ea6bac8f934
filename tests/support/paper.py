"""Orders that are billed, and what both sides read of their invoices."""

from typing import Any

from tests.support.chain import REFUSAL, Chain, mutate, on_order
from tests.support.order_terms import deliver
from tests.support.world import Person

PARTY = "name taxNumber street city country bankAccount"
INVOICE = f"""id number documentNumber currency net tax deposits total paid open issuedOn dueOn
    buyerReference
    sellerDetails {{ {PARTY} }} buyerDetails {{ {PARTY} }} taxes {{ ratePercent net tax }}
    lines {{ position title quantity net tax }}
    creditNotes {{ documentNumber total unallocated reason
      lines {{ position title cause quantity net tax taxRatePercent }} }}"""


_INPUTS = dict.fromkeys(("topUpPrepaidBalance", "payOutPrepaidBalance"), "PrepaidBalance")


async def tell(
    person: Person, command: str, thing: str, fields: str, /, **given: Any
) -> dict[str, Any]:
    """Give one command; what it answers, or the refusal."""
    kind = _INPUTS.get(command, command[0].upper() + command[1:])
    document = f"""mutation($input: {kind}Input!) {{ {command}(input: $input) {{
        __typename ... on {thing} {{ {fields} }} {REFUSAL} }} }}"""
    return (await person.ask(document, input=given)).data[command]


async def billed(chain: Chain, seller: Person, buyer: Person, **order: Any) -> dict[str, Any]:
    """Place an order, deliver it and settle it; the invoice as the buyer reads it."""
    placed = await chain.place(buyer, **order)
    await deliver(chain, seller, buyer, placed["id"])
    await on_order(buyer, "confirmReceipt", placed["id"], "ConfirmReceiptInput")
    settled = await on_order(seller, "settleOrder", placed["id"])
    assert settled["state"] == "COMPLETED", settled
    return await invoice_of(buyer, placed["id"])


async def invoice_of(person: Person, order_id: str) -> dict[str, Any]:
    asked = f"query($id: ID!) {{ order(id: $id) {{ invoice {{ {INVOICE} }} }} }}"
    return (await person.ask(asked, id=order_id)).data["order"]["invoice"]


async def invoice(person: Person, invoice_id: str) -> dict[str, Any]:
    asked = f"query($id: ID!) {{ invoice(id: $id) {{ {INVOICE} }} }}"
    return (await person.ask(asked, id=invoice_id)).data["invoice"]


async def pay(person: Person, order_id: str, amount: str, key: str = "pay") -> dict[str, Any]:
    given = {"idempotencyKey": key, "orderId": order_id, "amount": amount}
    given |= {"method": "BANK_TRANSFER"}
    return await mutate(person, "recordPayment", "RecordPaymentInput", given)
