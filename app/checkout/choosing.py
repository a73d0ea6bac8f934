"""Each seller's provider is spoken to as the kind of its account says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.checkout.alipay import Alipay
from app.checkout.provider import HttpProvider, Provider
from app.checkout.rules.merchants import Asked, CheckoutKind, Merchant
from app.checkout.rules.reports import Report
from app.checkout.wechat_pay import WechatPay
from app.outbound.fetching import Fetcher
from app.webhooks.client import Caller


@dataclass(frozen=True, slots=True)
class EachProvider:
    """The adapter of each kind of account, behind the same interface."""

    by_kind: Mapping[CheckoutKind, Provider]

    async def begin(self, merchant: Merchant, asked: Asked, now: datetime) -> str:
        """Begin a payment at the merchant's provider."""
        return await self.by_kind[merchant.kind].begin(merchant, asked, now)

    async def find(self, merchant: Merchant, asked: Asked, now: datetime) -> Report:
        """Ask the merchant's provider."""
        return await self.by_kind[merchant.kind].find(merchant, asked, now)


@cache
def each_provider(*, allows_loopback: bool) -> EachProvider:
    """Return all adapters, made once a process; this machine itself only where it may be called."""
    fetcher = Fetcher(allows_loopback)
    return EachProvider(
        {
            CheckoutKind.SIGNED_JSON: HttpProvider(Caller(allows_loopback)),
            CheckoutKind.WECHAT_PAY: WechatPay(fetcher),
            CheckoutKind.ALIPAY: Alipay(fetcher),
        }
    )
