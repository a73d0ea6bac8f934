"""Accounts at providers as their adapters need them: with keys, which rest sealed."""

from dataclasses import asdict
from uuid import UUID

import orjson

from app.checkout.models import CheckoutAccount
from app.checkout.rules.keys import ProviderKeys
from app.checkout.rules.merchants import CheckoutKind, Merchant
from app.checkout.terms import CheckoutTerms
from app.identities.sealing import SealBroken, Sealer

CALLBACKS = "/checkout/callbacks/{account}"
"""Where providers report; who they are stands in the path, and is proved by the signature."""


def callback_path(account: CheckoutAccount) -> str:
    """Return where reports of an account are heard."""
    return CALLBACKS.format(account=f"{account.tenant_id.hex}{account.id.hex}")


def merchant_of(account: CheckoutAccount, terms: CheckoutTerms) -> Merchant:
    """Return a seller's account with its keys; those of another installation are none."""
    return Merchant(
        account.address,
        account.merchant,
        terms.keys.key(account.tenant_id, account.id, account.secret_id),
        CheckoutKind(account.kind),
        _opened(account, terms.sealer),
        f"{terms.site_url}{callback_path(account)}",
    )


def sealed(sealer: Sealer, place: UUID, keys: ProviderKeys | None) -> str | None:
    """Return keys as they are kept in a row."""
    return None if keys is None else sealer.seal(place, orjson.dumps(asdict(keys)).decode())


def _opened(account: CheckoutAccount, sealer: Sealer) -> ProviderKeys | None:
    if account.sealed_keys is None:
        return None
    try:
        return ProviderKeys(**orjson.loads(sealer.open(account.secret_id, account.sealed_keys)))
    except SealBroken:
        return None
