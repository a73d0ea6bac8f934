"""The adapter for Alipay: buyers pay on its page, at an address that we sign (R1-12)."""

from dataclasses import dataclass
from datetime import datetime

from app.checkout.provider import LONGEST_URL, ProviderSilent
from app.checkout.rules import alipay as rules
from app.checkout.rules.fen import NotWholeFen
from app.checkout.rules.keys import ProviderKeys
from app.checkout.rules.merchants import Asked, Merchant
from app.checkout.rules.reports import Forged, Report, Unreadable
from app.outbound.fetching import Fetcher, NotAnswered

_FORM = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}
_OK = 200


@dataclass(frozen=True, slots=True)
class Alipay:
    """Speaks to Alipay's gateway; what it answers is verified before it is believed."""

    fetcher: Fetcher

    async def begin(self, merchant: Merchant, asked: Asked, now: datetime) -> str:
        """Return the address of the page; Alipay hears of the payment when the buyer opens it."""
        try:
            address = rules.page_of(merchant, _keys(merchant), asked, now)
        except NotWholeFen as wrong:
            raise ProviderSilent("it counts in fen") from wrong
        if len(address) > LONGEST_URL:
            raise ProviderSilent("the address of its page is too long")
        return address

    async def find(self, merchant: Merchant, asked: Asked, now: datetime) -> Report:
        """Ask by our own reference; a payment whose page nobody has opened is unknown there."""
        keys = _keys(merchant)
        url = f"{rules.gateway_of(merchant)}?charset=utf-8"
        try:
            form = rules.question_of(merchant, keys, asked, now)
            answer = await self.fetcher.post(url, _FORM, form)
            if answer.status != _OK:
                raise ProviderSilent(f"it answered {answer.status}")
            return rules.read_answer(keys, asked, answer.body)
        except NotAnswered as wrong:
            raise ProviderSilent("it was not reached") from wrong
        except (Forged, Unreadable) as wrong:
            raise ProviderSilent("its answer cannot be believed") from wrong


def _keys(merchant: Merchant) -> ProviderKeys:
    if merchant.keys is None:
        raise ProviderSilent("its keys cannot be opened")
    return merchant.keys
