"""Orders paid online: accounts at providers, and payments under way there."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "checkoutAccount": NOTHING,
    "onlinePayment": of(lambda it, _: {"id": it["OnlinePayment"]}),
    "setCheckoutAccount": given(
        lambda _it, _own: {"address": "https://provider.example", "merchant": once()}, changes=True
    ),
    "beginOnlinePayment": given(
        lambda it, _: {"idempotencyKey": once(), "orderId": it["Order:CONFIRMED"]}, owner="buyer"
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"OnlinePayment": ("OnlinePayment",)}
