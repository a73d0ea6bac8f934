"""What of the network counts at an instant: who trades already, and which trade goes on."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from app.organisations.models.network import Organisation, OrganisationStatus, TradingRelationship


def prepared_at(now: datetime) -> ColumnElement[bool]:
    """Hold organisations to those that are made ready at an instant, and not activated yet."""
    return and_(
        Organisation.status == OrganisationStatus.PREPARED,
        or_(Organisation.activates_at.is_(None), Organisation.activates_at > now),
    )


def status_at(status: str, activates_at: datetime | None, now: datetime) -> OrganisationStatus:
    """Return what an organisation is at an instant: what is prepared trades from its own on."""
    found = OrganisationStatus(status)
    has_come = activates_at is not None and activates_at <= now
    if found is OrganisationStatus.PREPARED and has_come:
        return OrganisationStatus.ACTIVE
    return found


def unended_at(now: datetime) -> ColumnElement[bool]:
    """Hold relationships to those that have no end, or one to come after an instant."""
    return or_(TradingRelationship.valid_until.is_(None), TradingRelationship.valid_until > now)
