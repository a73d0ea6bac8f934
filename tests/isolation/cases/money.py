"""Invoices, credit notes and what stands on them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, WHY, Case, an_order, given, of, once
from tests.support.billed import company_prefix

DAYS = {"since": "2020-01-01", "until": "2020-02-01"}

CASES: Mapping[str, tuple[Case, ...]] = {
    "billingDetails": NOTHING,
    "creditNote": of(lambda it, _: {"id": it["CreditNote"]}),
    "creditNotes": NOTHING,
    "creditInvoice": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "invoiceId": it["Invoice"],
            "lines": [{"position": 1, "quantity": "1", "cause": "LOST"}],
            "reason": "because",
        }
    ),
    "invoiceFile": of(lambda it, _: {"id": it["Invoice"]}),
    "creditNoteFile": of(lambda it, _: {"id": it["CreditNote"]}),
    "payments": NOTHING + of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "accountStatement": of(lambda it, _: {"relationshipId": it["TradingRelationship"], **DAYS}),
    "answerAccountStatement": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            **DAYS,
            "seenClosing": "0",
            "verdict": "CONFIRMED",
        },
        owner="buyer",
    ),
    "prepaidAccount": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "receivePayment": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "amount": "1",
            "method": "CASH",
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "amount": "1",
            "method": "CASH",
            "allocations": [{"invoiceId": it["Invoice"], "amount": "1"}],
        }
    ),
    "allocatePayment": given(
        lambda it, _: {"idempotencyKey": once(), "paymentId": it["Payment"], "oldestFirst": True}
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "paymentId": own["Payment"],
            "allocations": [{"invoiceId": it["Invoice"], "amount": "1"}],
        }
    ),
    "allocateCreditNote": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "creditNoteId": it["CreditNote:2"],
            "oldestFirst": True,
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "creditNoteId": own["CreditNote:2"],
            "allocations": [{"invoiceId": it["Invoice"], "amount": "1"}],
        }
    ),
    "reversePayment": given(lambda it, _: {"paymentId": it["Payment"], **WHY}),
    "topUpPrepaidBalance": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "amount": "1",
        }
    ),
    "payOutPrepaidBalance": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "amount": "1",
        }
    ),
    "payFromBalance": an_order("CONFIRMED", owner="buyer"),
    "setBillingDetails": given(
        lambda _it, _own: {"legalName": once(), "gs1CompanyPrefix": company_prefix()}, changes=True
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"CreditNote": ("CreditNote",), "Payment": ("Payment",)}
