"""Refusals as data: what a person can mend is a member of the mutation's union (F10)."""

from enum import StrEnum
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from app.announcements import errors as announcements
from app.approvals import errors as approvals
from app.assortments import errors as assortments
from app.budgets import errors as budgets
from app.care import errors as care
from app.carriers import errors as carriers
from app.catalog import errors as catalog
from app.checkout import errors as checkout
from app.closing import errors as closing
from app.db import idempotency, revisions
from app.deliverydays import errors as deliverydays
from app.exchange import errors as exchange
from app.finance import errors as finance
from app.fulfilment import errors as fulfilment
from app.identities import errors as identities
from app.inventory import errors as inventory
from app.jobs import errors as jobs
from app.kernel.errors import Refused, refusal_codes
from app.listings import errors as listings
from app.notifications import errors as notifications
from app.ordering import errors as ordering
from app.orders import errors as orders
from app.organisations import errors as organisations
from app.packing import errors as packing
from app.people import errors as people
from app.pricing import errors as pricing
from app.procurement import errors as procurement
from app.promotions import errors as promotions
from app.rbac import errors as rbac
from app.schema.cost import sized
from app.storage import errors as storage
from app.tenants import errors as tenants
from app.webhooks import errors as webhooks

REFUSING_MODULES = (
    announcements,
    approvals,
    carriers,
    assortments,
    care,
    budgets,
    catalog,
    checkout,
    closing,
    exchange,
    deliverydays,
    finance,
    fulfilment,
    idempotency,
    identities,
    inventory,
    jobs,
    ordering,
    listings,
    notifications,
    orders,
    organisations,
    packing,
    people,
    pricing,
    procurement,
    promotions,
    rbac,
    revisions,
    storage,
    tenants,
    webhooks,
)

_CODES: type[StrEnum] = StrEnum("RefusalCode", {code: code for code in refusal_codes()})  # pyright: ignore[reportAssignmentType]  # the functional form
strawberry.enum(_CODES, description="Every reason for which a rule of the trade may say no.")


@strawberry.type
class RefusalDetail:
    """One value behind a refusal: a limit, a price, a state."""

    name: str
    value: str


@strawberry.type
class Refusal:
    """A rule of the trade said no, and nothing was changed; mend it and try again.

    `field` is the path of the input field at fault, such as `lines.2.quantity`.
    """

    code: _CODES  # pyright: ignore[reportInvalidTypeForm]  # made from all refusals
    message: str
    field: str
    details: list[RefusalDetail] = sized(3)

    @classmethod
    def of(cls, refused: Refused) -> "Refusal":
        """Translate the domain's refusal."""
        details = [RefusalDetail(name=n, value=v) for n, v in refused.details.items()]
        return cls(
            code=_CODES(refused.code),
            message=refused.message,
            field=refused.path,
            details=details,
        )


class RefusalsAsData(strawberry.ExceptionHandler[Refused, Refusal]):
    """Turns a refused command into its union's `Refusal` member."""

    def handle(self, exception: Refused, *, field: StrawberryField, info: Any) -> Refusal:
        """Answer with the refusal; the command's transaction is rolled back already."""
        del field, info
        return Refusal.of(exception)
