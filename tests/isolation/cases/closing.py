"""How organisations close, for themselves and those above; and where they take goods in."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, lines, of, once

_ADDRESS = {"label": "Yard", "street": "1 Street", "city": "City", "timeZone": "Asia/Shanghai"}
CASES: Mapping[str, tuple[Case, ...]] = {
    "organisationClosings": NOTHING,
    "previewOrganisationClosing": of(lambda it, _: {"organisationId": it["Organisation:CLOSING"]}),
    "closeOrganisation": given(
        lambda it, _: {"idempotencyKey": once(), "organisationId": it["Organisation:CLOSING"]}
    ),
    "deliveryAddresses": of(
        lambda it, _: {"organisationId": it["Organisation:BUYER"]}, owner="buyer"
    ),
    "addDeliveryAddress": given(
        lambda _it, _own: {"address": _ADDRESS | {"label": once()}}, changes=True
    ),
    "changeDeliveryAddress": given(
        lambda it, _: {"addressId": it["DeliveryAddress"], "address": _ADDRESS}, owner="buyer"
    ),
    "archiveDeliveryAddress": given(
        lambda it, _: {"addressId": it["DeliveryAddress"]}, owner="buyer"
    ),
    "cancelOrganisationClosing": given(lambda it, _: {"closingId": it["OrganisationClosing"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "DeliveryAddress": ("DeliveryAddress",),
    "OrganisationClosing": ("OrganisationClosing",),
}
MORE: Mapping[str, tuple[Case, ...]] = {
    "createOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
            "deliveryAddressId": it["DeliveryAddress"],
        },
        owner="buyer",
    ),
}
