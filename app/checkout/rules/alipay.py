"""Messages to and from Alipay's gateway, by its rules for payments on a page (RSA2)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from json import JSONDecoder
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import orjson

from app.checkout.rules.fen import CURRENCY, in_yuan
from app.checkout.rules.keys import ProviderKeys, is_signature, signature_of
from app.checkout.rules.merchants import Asked, Merchant
from app.checkout.rules.reports import Forged, Report, Stale, Unreadable, checked, unknown
from app.checkout.rules.states import Reported

GATEWAY = "gateway.do"
PAY, FIND = "alipay.trade.page.pay", "alipay.trade.query"
TOLERANCE = timedelta(minutes=5)
REPEATS_FOR = timedelta(hours=26)
"""How old a notification may be: one that nobody took is sent again for a day and some minutes."""
_CHINA = timezone(timedelta(hours=8))
_INSTANT = "%Y-%m-%d %H:%M:%S"
_ANSWER = "alipay_trade_query_response"
_DONE, _NONE_SUCH = "10000", "ACQ.TRADE_NOT_EXIST"
_YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_GAP = re.compile(r"[ \t\r\n]*")
_MOST_FIELDS = 100
_STATES = {
    "WAIT_BUYER_PAY": Reported.PENDING,
    "TRADE_CLOSED": Reported.FAILED,
    "TRADE_SUCCESS": Reported.PAID,
    "TRADE_FINISHED": Reported.PAID,
}


def page_of(merchant: Merchant, keys: ProviderKeys, asked: Asked, now: datetime) -> str:
    """Return the signed address at which a buyer pays; raises `NotWholeFen`."""
    content = {
        "out_trade_no": asked.reference.hex,
        "total_amount": in_yuan(asked.amount),
        "subject": asked.title,
        "product_code": "FAST_INSTANT_TRADE_PAY",
    }
    told = _signed(merchant, keys, PAY, content, now, notify_url=merchant.notify_url)
    return f"{gateway_of(merchant)}?{urlencode(told)}"


def question_of(merchant: Merchant, keys: ProviderKeys, asked: Asked, now: datetime) -> bytes:
    """Return the signed form that asks what became of a payment."""
    content = {"out_trade_no": asked.reference.hex}
    return urlencode(_signed(merchant, keys, FIND, content, now)).encode()


def gateway_of(merchant: Merchant) -> str:
    """Return where everything is sent."""
    return f"{merchant.address.rstrip('/')}/{GATEWAY}"


def read_notification(merchant: Merchant, keys: ProviderKeys, body: bytes, now: datetime) -> Report:
    """Read a form that Alipay sent; raises `Forged`, `Stale` or `Unreadable`."""
    found = _verified(merchant, keys, body)
    try:
        sent = datetime.strptime(found["notify_time"], _INSTANT).replace(tzinfo=_CHINA)
        if not -TOLERANCE <= now - sent.astimezone(UTC) <= REPEATS_FOR:
            raise Stale("of another time")
        return _trade(found, found["notify_id"])
    except (KeyError, ValueError) as wrong:
        raise Unreadable("it is not a notification") from wrong


def read_answer(keys: ProviderKeys, asked: Asked, body: bytes) -> Report:
    """Read what the gateway answered, verified as it is written; raises `Forged`, `Unreadable`."""
    try:
        written = _members(body.decode())
        answer, sign = written[_ANSWER], orjson.loads(written["sign"])
    except (KeyError, IndexError, ValueError, RecursionError) as wrong:
        raise Unreadable("it is not an answer") from wrong
    if not isinstance(sign, str) or not is_signature(keys.provider_key, answer.encode(), sign):
        raise Forged("not signed by Alipay")
    found: dict[str, Any] = orjson.loads(answer)
    try:
        if found["code"] != _DONE and found.get("sub_code") == _NONE_SUCH:
            return unknown(asked.reference, CURRENCY)
        return _trade(found, f"asked-{found['trade_status']}")
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Unreadable("it says nothing of a payment") from wrong


def _trade(found: Mapping[str, Any], event: str) -> Report:
    amount = found["total_amount"]
    if _YUAN.fullmatch(amount) is None:
        raise Unreadable("not an amount")
    return checked(
        Report(
            event=event,
            online_payment_id=UUID(found["out_trade_no"]),
            state=_STATES[found["trade_status"]],
            amount=Decimal(amount),
            currency=CURRENCY,
            reference=found.get("trade_no", ""),
        )
    )


def _verified(merchant: Merchant, keys: ProviderKeys, body: bytes) -> Mapping[str, str]:
    try:
        sent = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as wrong:
        raise Forged("not a form") from wrong
    found = dict(sent)
    signed = {name: value for name, value in found.items() if name not in {"sign", "sign_type"}}
    is_ours = len(found) == len(sent) and found.get("app_id") == merchant.name
    if not is_ours or not is_signature(keys.provider_key, _content(signed), found.get("sign", "")):
        raise Forged("not signed by Alipay")
    return found


def _signed(
    merchant: Merchant,
    keys: ProviderKeys,
    method: str,
    content: Mapping[str, str],
    now: datetime,
    **more: str,
) -> Mapping[str, str]:
    told = {
        "app_id": merchant.name,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": now.astimezone(_CHINA).strftime(_INSTANT),
        "version": "1.0",
        "biz_content": orjson.dumps(content).decode(),
        **more,
    }
    return {**told, "sign": signature_of(keys.private_key, _content(told))}


def _content(told: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={told[name]}" for name in sorted(told)).encode()


def _members(text: str) -> Mapping[str, str]:
    """Return the members of a JSON object as they are written, and not as they are read."""
    decoder, found = JSONDecoder(), dict[str, str]()
    place = _after(text, 0, "{")
    while True:
        name, place = decoder.raw_decode(text, place)
        begin = _after(text, place, ":")
        _, place = decoder.raw_decode(text, begin)
        found[str(name)] = text[begin:place]
        following = _gap(text, place)
        if text[following] == "}":
            return found
        place = _after(text, following, ",")


def _after(text: str, place: int, mark: str) -> int:
    place = _gap(text, place)
    if text[place] != mark:
        raise ValueError("not an object")
    return _gap(text, place + 1)


def _gap(text: str, place: int) -> int:
    found = _GAP.match(text, place)
    return found.end() if found else place
