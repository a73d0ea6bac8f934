"""The adapter for WeChat Pay, APIv3: Native payments, which buyers scan (R1-12).

Without its SDK, as is Alipay's: those make calls of their own, past our checked addresses.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import orjson

from app.checkout.provider import LONGEST_URL, ProviderSilent
from app.checkout.rules import wechat_pay as rules
from app.checkout.rules.fen import CURRENCY, NotWholeFen
from app.checkout.rules.keys import ProviderKeys
from app.checkout.rules.merchants import Asked, Merchant
from app.checkout.rules.reports import Forged, Report, Stale, Unreadable, unknown
from app.outbound.addresses import AddressRefused, target_of
from app.outbound.fetching import Fetched, Fetcher, NotAnswered

_GOOD = range(200, 300)
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class WechatPay:
    """Speaks to WeChat Pay; what it answers is verified before it is believed."""

    fetcher: Fetcher

    async def begin(self, merchant: Merchant, asked: Asked, now: datetime) -> str:
        """Begin a payment; returns the `weixin://` address that the buyer scans as a code."""
        keys = _keys(merchant)
        try:
            body = rules.order_of(merchant, keys, asked)
        except NotWholeFen as wrong:
            raise ProviderSilent("it counts in fen") from wrong
        answer = await self._asked(merchant, keys, rules.Call("POST", rules.NATIVE, body), now)
        found = _verified(keys, answer, now)
        code = found.get("code_url")
        if not isinstance(code, str) or not code.startswith("weixin://"):
            raise ProviderSilent("it named nothing to scan")
        return code[:LONGEST_URL]

    async def find(self, merchant: Merchant, asked: Asked, now: datetime) -> Report:
        """Ask for an order by our own reference."""
        keys = _keys(merchant)
        path = rules.FIND.format(reference=asked.reference.hex, merchant=merchant.name)
        answer = await self._asked(merchant, keys, rules.Call("GET", path), now)
        if answer.status == _NOT_FOUND and _read(answer.body).get("code") in rules.NONE_SUCH:
            return unknown(asked.reference, CURRENCY)
        try:
            return rules.read_trade(merchant, keys, _verified(keys, answer, now))
        except Unreadable as wrong:
            raise ProviderSilent("its answer cannot be read") from wrong

    async def _asked(
        self, merchant: Merchant, keys: ProviderKeys, call: rules.Call, now: datetime
    ) -> Fetched:
        url = f"{merchant.address.rstrip('/')}{call.path}"
        try:
            target = target_of(url, allows_loopback=self.fetcher.allows_loopback)
            signed = replace(call, path=target.target)
            headers = rules.headers_of(merchant, keys, signed, now, secrets.token_hex(16))
            if call.method == "GET":
                return await self.fetcher.get(url, headers)
            return await self.fetcher.post(url, headers, call.body)
        except (AddressRefused, NotAnswered) as wrong:
            raise ProviderSilent("it was not reached") from wrong


def _keys(merchant: Merchant) -> ProviderKeys:
    if merchant.keys is None:
        raise ProviderSilent("its keys cannot be opened")
    return merchant.keys


def _verified(keys: ProviderKeys, answer: Fetched, now: datetime) -> dict[str, Any]:
    if answer.status not in _GOOD:
        raise ProviderSilent(f"it answered {answer.status}")
    try:
        rules.check_signed(keys, answer.headers, answer.body, now)
    except (Forged, Stale) as wrong:
        raise ProviderSilent("its answer is not its own") from wrong
    return _read(answer.body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise ProviderSilent("its answer cannot be read") from wrong
    if not isinstance(found, dict):
        raise ProviderSilent("its answer cannot be read")
    return cast("dict[str, Any]", found)
