"""Files and tables: uploads, what takes them, imports and exports."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

_TABLE = {"kind": "STOCK", "format": "CSV"}
CASES: Mapping[str, tuple[Case, ...]] = {
    "beginUpload": given(
        lambda _it, _own: {"purpose": "ORDER_ATTACHMENT", "fileName": "mine.pdf", "bytes": 10},
        changes=True,
    ),
    "attachToOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": it["Order:SHIPPED"],
            "fileId": own["StoredFile"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:SHIPPED"],
            "fileId": it["StoredFile"],
        }
    ),
    "removeAttachment": given(
        lambda it, _: {"orderId": it["Order:SHIPPED"], "fileId": it["StoredFile:ATTACHED"]}
    )
    + given(lambda it, own: {"orderId": own["Order:SHIPPED"], "fileId": it["StoredFile:ATTACHED"]}),
    "importRuns": NOTHING,
    "importRun": of(lambda it, _: {"id": it["ImportRun"]}),
    "exportRun": of(lambda it, _: {"id": it["ExportRun"]}),
    "tableColumns": of(lambda _it, _own: {"kind": "STOCK"}),
    "tableTemplate": of(lambda _it, _own: _TABLE),
    "beginImport": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "STOCK",
            "fileId": it["StoredFile:IMPORT"],
        }
    ),
    "applyImport": given(lambda it, _: {"importId": it["ImportRun"], "goodRowsOnly": True}),
    "beginExport": given(lambda _it, _own: {"idempotencyKey": once(), **_TABLE}, changes=True),
}
MORE: Mapping[str, tuple[Case, ...]] = {
    "quickOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "fileId": it["StoredFile:IMPORT"],
            "relationshipId": own["TradingRelationship"],
        }
    ),
    "openTicket": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "kind": "INQUIRY",
            "category": "OTHER",
            "subject": "Mine",
            "text": "Mine",
            "fileIds": [it["StoredFile:TICKET"]],
        }
    ),
    "writeTicketMessage": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "ticketId": own["Ticket"],
            "text": "Mine",
            "fileIds": [it["StoredFile:TICKET"]],
        }
    ),
}
