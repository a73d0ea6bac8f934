"""Who the two of an invoice are on the day of its issue, as it says for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, and_, bindparam, select

from app.db.reading import TENANT, rows
from app.db.tables import table_of
from app.db.work import Work
from app.finance.models import BillingDetails, PaperLanguage
from app.kernel.period import zone_of
from app.organisations.models import Organisation, PaymentTerms, TradingRelationship
from app.tenants.operations import tenant_of

PARTICULARS = ("tax_number", "street", "postal_code", "bank_account", "language")
PLACES = ("city", "region", "country")
_organisation, _details = table_of(Organisation).c, table_of(BillingDetails).c
_terms = table_of(TradingRelationship).c
_PARTIES = (
    select(
        _organisation.id,
        _organisation.name,
        *(_organisation[name].label(f"own_{name}") for name in PLACES),
        *(_details[name] for name in (*PARTICULARS, *PLACES, "legal_name", "time_zone")),
        _terms.seller_id,
        _terms.payment_terms,
        _terms.payment_days,
    )
    .select_from(table_of(TradingRelationship))
    .join(
        table_of(Organisation),
        and_(
            _organisation.tenant_id == TENANT,
            _organisation.id.in_((_terms.seller_id, _terms.buyer_id)),
        ),
    )
    .outerjoin(
        table_of(BillingDetails),
        and_(_details.tenant_id == TENANT, _details.organisation_id == _organisation.id),
    )
    .where(_terms.tenant_id == TENANT, _terms.id == bindparam("relationship_id", type_=Uuid()))
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides as a paper names them, its day in the seller's zone, and the day it is due."""

    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    issued_on: date
    due_on: date
    zone: ZoneInfo

    def day_of(self, instant: datetime) -> date:
        """Tell the day of an instant where the seller is."""
        return instant.astimezone(self.zone).date()


async def parties_of(work: Work, relationship_id: UUID) -> Parties:
    """Return the parties of a relationship as they are now; one statement."""
    found = await rows(work, _PARTIES, relationship_id=relationship_id)
    seller = next(row for row in found if row.id == row.seller_id)
    buyer = next(row for row in found if row.id != row.seller_id)
    zone = zone_of(seller.time_zone or (await tenant_of(work)).time_zone)
    issued_on = work.now.astimezone(zone).date()
    has_term = seller.payment_terms != PaymentTerms.PREPAID
    term = timedelta(days=(seller.payment_days or 0) if has_term else 0)
    return Parties(_named(seller), _named(buyer), issued_on, issued_on + term, zone)


def _named(row: Any) -> dict[str, Any]:
    places = {name: getattr(row, name) or getattr(row, f"own_{name}") for name in PLACES}
    particulars = {name: getattr(row, name) or "" for name in PARTICULARS}
    language = row.language or PaperLanguage.EN
    return {"name": row.legal_name or row.name, **particulars, **places, "language": language}
