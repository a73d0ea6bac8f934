"""What proves that goods were given away: signatures, photos, codes (R1-61, R1-65)."""

import hmac
from collections.abc import Sequence
from math import ceil
from uuid import UUID

from app.carriers.rules.asking import next_try
from app.carriers.rules.signing import CarrierKeys
from app.db.work import Work
from app.fulfilment.errors import TooManyDeliveryCodes, WrongDeliveryCode
from app.fulfilment.models import Shipment
from app.kernel.errors import NotFound, Refused
from app.orders.models import Order
from app.orders.operations.audience import buyers_people
from app.rbac.permissions import Permission
from app.storage.operations import claim
from app.storage.rules.purposes import FilePurpose

FREE_CODES = 3
"""So many wrong codes are answered at once; then each waits longer than the one before."""


async def keep_file(
    work: Work, file_id: UUID | None, purpose: FilePurpose, field: str
) -> UUID | None:
    """Put a file to use that the actor has uploaded as a proof; raises what `claim` does."""
    if file_id is None:
        return None
    try:
        (file,) = await claim(work, [file_id], purpose)
    except (NotFound, Refused) as refused:
        raise refused.at(field) from None
    return file.id


def count_try(work: Work, shipment: Shipment) -> None:
    """Count a code as wrong before it is looked at; the shipment is locked.

    So any number of tries at once is counted. Raises `TooManyDeliveryCodes` and counts nothing.
    """
    if shipment.wrong_code_at is not None and shipment.wrong_codes >= FREE_CODES:
        opens_at = next_try(shipment.wrong_code_at, shipment.wrong_codes - FREE_CODES + 1)
        if opens_at > work.now:
            raise TooManyDeliveryCodes(ceil((opens_at - work.now).total_seconds()))
    shipment.wrong_codes += 1
    shipment.wrong_code_at = work.now


def check_code(work: Work, shipment: Shipment, keys: CarrierKeys, code: str) -> None:
    """Note that whoever takes a shipment knew its code; raises `WrongDeliveryCode`."""
    known = keys.delivery_code(work.tenant_id, shipment.id)
    if not hmac.compare_digest(code.strip().encode(), known.encode()):
        raise WrongDeliveryCode(shipment.number)
    shipment.code_confirmed_at = work.now
    shipment.wrong_codes, shipment.wrong_code_at = 0, None


async def told_the_code(work: Work, order: Order) -> Sequence[str]:
    """Return who is told an order's delivery codes: the buyer's people who sign; one statement."""
    people = await buyers_people(work, order, Permission.RECEIPT_SIGN)
    return [str(each) for each in people]
