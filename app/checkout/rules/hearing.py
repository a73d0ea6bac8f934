"""What comes in at the door of providers: who speaks, whether they may, and what they say."""

from collections.abc import Mapping
from datetime import datetime

from app.checkout.rules import alipay, wechat_pay
from app.checkout.rules.merchants import CheckoutKind, Merchant
from app.checkout.rules.reports import Forged, Report, Stale, read_report
from app.webhooks.rules.signing import is_signed, is_timely

_FORM = "application/x-www-form-urlencoded"


def kind_of(headers: Mapping[str, str]) -> CheckoutKind:
    """Return as what a message presents itself: it is answered so, whether true or not."""
    if "wechatpay-signature" in headers:
        return CheckoutKind.WECHAT_PAY
    is_form = headers.get("content-type", "").lower().startswith(_FORM)
    if is_form and "webhook-signature" not in headers:
        return CheckoutKind.ALIPAY
    return CheckoutKind.SIGNED_JSON


def heard(
    merchant: Merchant | None, headers: Mapping[str, str], body: bytes, now: datetime
) -> Report:
    """Read a message for an account, if there is one; raises `Forged`, `Stale`, `Unreadable`."""
    kind = kind_of(headers)
    if merchant is None or merchant.kind is not kind:
        raise Forged("not of this account's provider")
    if kind is CheckoutKind.SIGNED_JSON:
        return _signed_json(merchant, headers, body, now)
    if merchant.keys is None:
        raise Forged("nobody can tell")
    if kind is CheckoutKind.ALIPAY:
        return alipay.read_notification(merchant, merchant.keys, body, now)
    wechat_pay.check_signed(merchant.keys, headers, body, now)
    return wechat_pay.read_notification(merchant, merchant.keys, body)


def _signed_json(
    merchant: Merchant, headers: Mapping[str, str], body: bytes, now: datetime
) -> Report:
    if not is_signed([merchant.key], headers, body):
        raise Forged("not signed with the account's secret")
    if not is_timely(headers, now):
        raise Stale("of another time")
    return read_report(body)
