"""What packages above may ask for about carriers, unguarded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from app.carriers.errors import CarrierNotActive, UnknownService
from app.carriers.models import Carrier, CarrierSecret
from app.carriers.rules.agreeing import Agreement
from app.carriers.rules.choosing import CarrierRule
from app.carriers.rules.signing import CarrierKeys
from app.db.work import Work
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Service:
    """A service level of a carrier, and in how many days it brings goods; none says nothing."""

    code: str
    name: str
    days: int | None


def services_of(carrier: Carrier) -> list[Service]:
    """Return a carrier's service levels, as they were given."""
    return [Service(**each) for each in carrier.services]


def service_named(carrier: Carrier, code: str) -> Service | None:
    """Return the service level of a code, none for no code; raises `UnknownService`."""
    if not code:
        return None
    for service in services_of(carrier):
        if service.code == code:
            return service
    raise UnknownService(carrier.name, code)


async def carrier_to_book(work: Work, carrier_id: UUID) -> Carrier:
    """Return an own carrier that takes goods; raises `NotFound`, `CarrierNotActive`."""
    statement = select(Carrier).where(
        Carrier.id == carrier_id, Carrier.organisation_id == work.actor.own_organisation
    )
    carrier = await work.session.scalar(statement)
    if carrier is None:
        raise NotFound("Carrier")
    if not carrier.is_active:
        raise CarrierNotActive(carrier.name)
    return carrier


async def rules_of_seller(work: Work, organisation_id: UUID) -> list[tuple[UUID, str, CarrierRule]]:
    """Return the rules of a seller's carriers that take goods, each with whose it is."""
    statement = select(Carrier.id, Carrier.name, Carrier.rules).where(
        Carrier.organisation_id == organisation_id, Carrier.is_active
    )
    return [
        (carrier_id, name, CarrierRule.read(rule))
        for carrier_id, name, rules in await work.session.execute(statement)
        for rule in rules
    ]


def agreements_of(carrier: Carrier) -> list[Agreement]:
    """Return what was agreed with a carrier, as it was given."""
    return [Agreement.read(each) for each in carrier.agreements]


async def carriers_named(work: Work, ids: Collection[UUID]) -> dict[UUID, Carrier]:
    """Return carriers by id, whoever keeps them; one statement."""
    rows = await work.session.scalars(select(Carrier).where(Carrier.id.in_(set(ids))))
    return {row.id: row for row in rows}


async def our_keys(work: Work, carrier_id: UUID, keys: CarrierKeys) -> list[bytes]:
    """Return the keys with which we sign what we ask a carrier, the newest first."""
    secrets = await valid_secrets(work, [carrier_id])
    return [keys.ours(work.tenant_id, carrier_id, each.id) for each in secrets]


async def their_keys(work: Work, carrier_id: UUID, keys: CarrierKeys) -> list[bytes]:
    """Return the keys with which a carrier may sign now, the newest first; none if unknown."""
    secrets = await valid_secrets(work, [carrier_id])
    return [keys.theirs(work.tenant_id, carrier_id, each.id) for each in secrets]


async def valid_secrets(work: Work, carrier_ids: Collection[UUID]) -> Sequence[CarrierSecret]:
    """Return the secrets of carriers that are valid now, the newest first."""
    statement = (
        select(CarrierSecret)
        .where(
            CarrierSecret.carrier_id.in_(carrier_ids),
            or_(CarrierSecret.expires_at.is_(None), CarrierSecret.expires_at > work.now),
        )
        .order_by(CarrierSecret.id.desc())
    )
    return (await work.session.scalars(statement)).all()
