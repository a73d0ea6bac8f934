"""Invoices, credit notes and what stands on them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

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
    "setBillingDetails": given(lambda _it, _own: {"legalName": once()}, changes=True),
}
NODES: Mapping[str, tuple[str, ...]] = {"CreditNote": ("CreditNote",)}
