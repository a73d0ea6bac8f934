"""Messages to and from WeChat Pay, by the rules of its APIv3 for Native payments."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.checkout.rules.fen import CURRENCY, NotWholeFen, fen_of, yuan_of
from app.checkout.rules.keys import ProviderKeys, is_signature, signature_of
from app.checkout.rules.merchants import Asked, Merchant
from app.checkout.rules.reports import Forged, Report, Stale, Unreadable, checked
from app.checkout.rules.states import Reported

NATIVE = "/v3/pay/transactions/native"
FIND = "/v3/pay/transactions/out-trade-no/{reference}?mchid={merchant}"
TOLERANCE = timedelta(minutes=5)
NONE_SUCH = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})
_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_CIPHER = "AEAD_AES_256_GCM"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_STATES = {
    "SUCCESS": Reported.PAID,
    "REFUND": Reported.FAILED,
    "NOTPAY": Reported.PENDING,
    "USERPAYING": Reported.PENDING,
    "CLOSED": Reported.FAILED,
    "REVOKED": Reported.FAILED,
    "PAYERROR": Reported.FAILED,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request: where to, from its path on, and with what."""

    method: str
    path: str
    body: bytes = b""


def order_of(merchant: Merchant, keys: ProviderKeys, asked: Asked) -> bytes:
    """Write the order that a buyer is to pay; raises `NotWholeFen`."""
    return orjson.dumps(
        {
            "appid": keys.app_id,
            "mchid": merchant.name,
            "description": asked.title,
            "out_trade_no": asked.reference.hex,
            "notify_url": merchant.notify_url,
            "amount": {"total": fen_of(asked.amount), "currency": CURRENCY},
        }
    )


def headers_of(
    merchant: Merchant, keys: ProviderKeys, call: Call, now: datetime, nonce: str
) -> Mapping[str, str]:
    """Return with what a request is signed."""
    timestamp = str(int(now.timestamp()))
    content = _lines(call.method.encode(), call.path.encode(), timestamp, nonce, call.body)
    given = {
        "mchid": merchant.name,
        "nonce_str": nonce,
        "signature": signature_of(keys.private_key, content),
        "timestamp": timestamp,
        "serial_no": keys.certificate_serial,
    }
    told = ",".join(f'{name}="{value}"' for name, value in given.items())
    return {
        "authorization": f"{_SCHEME} {told}",
        "content-type": "application/json",
        "wechatpay-serial": keys.provider_key_id,
    }


def check_signed(
    keys: ProviderKeys, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """Refuse what WeChat Pay did not sign (`Forged`), or signed at another time (`Stale`)."""
    timestamp, nonce = (headers.get(f"wechatpay-{name}", "") for name in ("timestamp", "nonce"))
    content = _lines(timestamp, nonce, body)
    given = headers.get("wechatpay-signature", "")
    is_known = headers.get("wechatpay-serial", "") == keys.provider_key_id
    if not is_known or not is_signature(keys.provider_key, content, given):
        raise Forged("not signed by WeChat Pay")
    is_instant = _TIMESTAMP.fullmatch(timestamp) is not None
    if not is_instant or abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise Stale("of another time")


def read_notification(merchant: Merchant, keys: ProviderKeys, body: bytes) -> Report:
    """Decipher what a notification says of a payment; raises `Unreadable`."""
    try:
        found: dict[str, Any] = orjson.loads(body)
        resource = found["resource"]
        if resource["algorithm"] != _CIPHER:
            raise Unreadable("of another cipher")
        trade = AESGCM(keys.api_v3_key.encode()).decrypt(
            resource["nonce"].encode(),
            b64decode(resource["ciphertext"], validate=True),
            resource.get("associated_data", "").encode(),
        )
        return read_trade(merchant, keys, orjson.loads(trade), str(found["id"]))
    except (KeyError, TypeError, ValueError, AttributeError, NotBase64, InvalidTag) as wrong:
        raise Unreadable("it is not a notification") from wrong


def read_trade(
    merchant: Merchant, keys: ProviderKeys, trade: object, event: str | None = None
) -> Report:
    """Read what is said of an order; without an event its state is one. Raises `Unreadable`.

    What was given back again before anybody heard of it counts as not paid.
    """
    try:
        found = cast("dict[str, Any]", trade)
        if (found["mchid"], found["appid"]) != (merchant.name, keys.app_id):
            raise Unreadable("of somebody else")
        state = _STATES[found["trade_state"]]
        money = found["amount"] if state is Reported.PAID else {"total": 0}
        return checked(
            Report(
                event=event or f"asked-{found['trade_state']}",
                online_payment_id=UUID(found["out_trade_no"]),
                state=state,
                amount=yuan_of(money["total"]),
                currency=str(money.get("currency", CURRENCY)),
                reference=str(found.get("transaction_id", "")),
            )
        )
    except (KeyError, TypeError, ValueError, AttributeError, NotWholeFen) as wrong:
        raise Unreadable("it says nothing of an order") from wrong


def _lines(*parts: str | bytes) -> bytes:
    written = (part.encode() if isinstance(part, str) else part for part in parts)
    return b"".join(part + b"\n" for part in written)
