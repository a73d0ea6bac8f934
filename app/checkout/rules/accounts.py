"""What a seller must have given so that its provider can be spoken to."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.checkout.rules.keys import (
    API_V3_BYTES,
    NotAKey,
    ProviderKeys,
    private_key_of,
    public_key_of,
)
from app.checkout.rules.merchants import CheckoutKind
from app.kernel.errors import Invalid

LONGEST_MERCHANT = 128
_DIGITS = re.compile(r"[0-9]{1,32}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_API_V3_KEY = re.compile(rf"[!-~]{{{API_V3_BYTES}}}")
_RSA = "must be {} key of RSA with 2048 to 4096 bits, as PEM"


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """An account as it was asked for."""

    address: str
    merchant: str
    kind: CheckoutKind = CheckoutKind.SIGNED_JSON
    keys: ProviderKeys | None = field(default=None, repr=False)


def check_account(wanted: WantedAccount) -> None:
    """Refuse what cannot work, naming the field; raises `Invalid`."""
    if not 1 <= len(wanted.merchant.strip()) <= LONGEST_MERCHANT:
        raise Invalid("merchant", f"must have 1 to {LONGEST_MERCHANT} characters")
    if wanted.kind is CheckoutKind.SIGNED_JSON:
        if wanted.keys is not None:
            raise Invalid("keys", "must be left out: our secret is what both sides sign with")
        return
    if _DIGITS.fullmatch(wanted.merchant.strip()) is None:
        raise Invalid("merchant", "must be digits: WeChat Pay's mchid, or Alipay's app_id")
    if wanted.keys is None:
        raise Invalid("keys", "are needed for WeChat Pay and Alipay")
    _check_keys(wanted.keys)
    if wanted.kind is CheckoutKind.WECHAT_PAY:
        _check_wechat_pay(wanted.keys)
    elif wanted.keys != ProviderKeys(wanted.keys.private_key, wanted.keys.provider_key):
        raise Invalid("keys", "of Alipay are privateKey and providerKey alone")


def _check_keys(keys: ProviderKeys) -> None:
    given: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
        ("privateKey", keys.private_key, private_key_of, "a private"),
        ("providerKey", keys.provider_key, public_key_of, "the provider's public"),
    )
    for name, text, read, which in given:
        try:
            read(text)
        except NotAKey:
            raise Invalid(f"keys.{name}", _RSA.format(which)) from None


def _check_wechat_pay(keys: ProviderKeys) -> None:
    names = {
        "appId": keys.app_id,
        "certificateSerial": keys.certificate_serial,
        "providerKeyId": keys.provider_key_id,
    }
    for name, text in names.items():
        if _NAME.fullmatch(text) is None:
            raise Invalid(f"keys.{name}", "must be 1 to 128 letters, digits, - or _")
    if _API_V3_KEY.fullmatch(keys.api_v3_key) is None:
        raise Invalid("keys.apiV3Key", f"must have exactly {API_V3_BYTES} plain characters")
