"""Sellers as their providers know them, and what is asked of a provider."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.checkout.rules.keys import ProviderKeys


class CheckoutKind(StrEnum):
    """How a provider is spoken to: by signed JSON, as WeChat Pay (APIv3), or as Alipay (RSA2)."""

    SIGNED_JSON = "SIGNED_JSON"
    WECHAT_PAY = "WECHAT_PAY"
    ALIPAY = "ALIPAY"


@dataclass(frozen=True, slots=True)
class Merchant:
    """A seller's account at a provider, which reports to `notify_url`.

    `key` is what both sides sign by in signed JSON; `keys` are those of the other kinds, and none
    where they cannot be opened.
    """

    address: str
    name: str
    key: bytes = field(repr=False)
    kind: CheckoutKind = CheckoutKind.SIGNED_JSON
    keys: ProviderKeys | None = field(default=None, repr=False)
    notify_url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be paid: our own reference, how much, and what the buyer reads of it."""

    reference: UUID
    amount: Decimal
    currency: str
    title: str
