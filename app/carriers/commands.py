"""What a person may do with their organisation's carriers (R0-11, R3-23)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from string import Formatter
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update

from app.audit.operations import record
from app.carriers import locks
from app.carriers.errors import CarrierAddressRefused, CarrierNameTaken, TooManyCarriers
from app.carriers.models import Carrier, CarrierAdapter, CarrierSecret
from app.carriers.operations import Service
from app.carriers.rules.agreeing import Agreement
from app.carriers.rules.choosing import CarrierRule
from app.carriers.rules.sense import check_agreements, check_rules
from app.carriers.rules.signing import CarrierKeys
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks as organisation_locks
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.webhooks.errors import WebhookAddressRefused
from app.webhooks.rules.addresses import target_of
from app.webhooks.rules.signing import shown

MOST_CARRIERS = 50
MOST_SERVICES = 20
MOST_OLD_SECRET_HOURS = 7 * 24
LONGEST_NAME, LONGEST_CODE, LONGEST_ADDRESS = 100, 40, 500
MOST_DAYS = 365
_CARRIER = "carrier"
_PLACE = "trackingNumber"


@dataclass(frozen=True, slots=True)
class CarrierTermsGiven:
    """What is known of a carrier; without an address it is spoken to by people.

    Rules and agreements that are not given stay as they are.
    """

    name: str
    url: str | None = None
    tracking_address: str = ""
    services: Sequence[Service] = ()
    rules: Sequence[CarrierRule] | None = None
    agreements: Sequence[Agreement] | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """The two secrets between us and a carrier: for what we ask, and for what it reports."""

    requests: str
    reports: str


@requires(Permission.CARRIER_WRITE)
async def create_carrier(
    work: Work, key: str, given: CarrierTermsGiven, keys: CarrierKeys, *, allows_loopback: bool
) -> tuple[UUID, Secrets | None]:
    """Keep a carrier for the own organisation; returns it and its secrets, shown this once.

    Raises `CarrierAddressRefused`, `CarrierNameTaken`, `TooManyCarriers`.
    """
    _check(given, allows_loopback=allows_loopback)
    made: list[Secrets] = []

    async def create(carrier_id: UUID) -> None:
        await organisation_locks.organisation(work, work.actor.own_organisation)
        await _check_room(work)
        await _check_name(work, carrier_id, given.name)
        carrier = Carrier(
            id=carrier_id,
            organisation_id=work.actor.own_organisation,
            created_at=work.now,
            changed_at=work.now,
            is_active=True,
            **_columns(given),
        )
        await work.save(carrier)
        made.append(await _new_secrets(work, carrier_id, keys))
        record(work, "CREATE_CARRIER", _CARRIER, carrier_id, after=_noted(carrier))

    body = [
        given.name,
        given.url,
        given.tracking_address,
        [asdict(each) for each in given.services],
        *(
            [each.stored() for each in some]
            for some in (given.rules, given.agreements)
            if some is not None
        ),
    ]
    carrier_id = await once(work, key, "createCarrier", body, new_id(), create)
    return carrier_id, next(iter(made), None)


@requires(Permission.CARRIER_WRITE)
async def change_carrier(
    work: Work,
    carrier_id: UUID,
    given: CarrierTermsGiven,
    *,
    is_active: bool,
    allows_loopback: bool,
) -> UUID:
    """Put what is known of a carrier in the place of what was; off, it takes no new shipments.

    What it carries already goes on. Raises `CarrierAddressRefused`, `CarrierNameTaken`.
    """
    _check(given, allows_loopback=allows_loopback)
    await organisation_locks.organisation(work, work.actor.own_organisation)
    carrier = await _own(work, carrier_id)
    await _check_name(work, carrier_id, given.name)
    before = _noted(carrier)
    for name, value in _columns(given).items():
        setattr(carrier, name, value)
    carrier.is_active, carrier.changed_at = is_active, work.now
    await work.session.flush()
    record(work, "CHANGE_CARRIER", _CARRIER, carrier_id, before=before, after=_noted(carrier))
    return carrier_id


@requires(Permission.CARRIER_WRITE)
async def rotate_carrier_secrets(
    work: Work, carrier_id: UUID, keys: CarrierKeys, old_hours: int
) -> Secrets:
    """Make new secrets, shown this once; those before stay valid for some hours beside them."""
    if not 0 <= old_hours <= MOST_OLD_SECRET_HOURS:
        raise Invalid("oldSecretHours", f"must be 0 to {MOST_OLD_SECRET_HOURS}")
    await _own(work, carrier_id)
    of_carrier = CarrierSecret.carrier_id == carrier_id
    await work.session.execute(
        delete(CarrierSecret).where(of_carrier, CarrierSecret.expires_at.is_not(None))
    )
    until = work.now + timedelta(hours=old_hours)
    await work.session.execute(update(CarrierSecret).where(of_carrier).values(expires_at=until))
    made = await _new_secrets(work, carrier_id, keys)
    record(
        work,
        "ROTATE_CARRIER_SECRETS",
        _CARRIER,
        carrier_id,
        after={"old_until": until.isoformat()},
    )
    return made


async def _own(work: Work, carrier_id: UUID) -> Carrier:
    carrier = await locks.own_carrier(work, carrier_id)
    if carrier is None:
        raise NotFound("Carrier")
    return carrier


async def _check_room(work: Work) -> None:
    own = Carrier.organisation_id == work.actor.own_organisation
    number = await work.session.scalar(select(func.count(Carrier.id)).where(own))
    if number is not None and number >= MOST_CARRIERS:
        raise TooManyCarriers(MOST_CARRIERS)


async def _check_name(work: Work, carrier_id: UUID, name: str) -> None:
    taken = exists().where(
        Carrier.tenant_id == work.tenant_id,
        Carrier.organisation_id == work.actor.own_organisation,
        Carrier.name == name.strip(),
        Carrier.id != carrier_id,
    )
    if await work.session.scalar(select(taken)):
        raise CarrierNameTaken(name)


async def _new_secrets(work: Work, carrier_id: UUID, keys: CarrierKeys) -> Secrets:
    secret_id = new_id()
    await work.save(CarrierSecret(id=secret_id, carrier_id=carrier_id, created_at=work.now))
    place = (work.tenant_id, carrier_id, secret_id)
    return Secrets(shown(keys.ours(*place)), shown(keys.theirs(*place)))


def _check(given: CarrierTermsGiven, *, allows_loopback: bool) -> None:
    if not 1 <= len(given.name.strip()) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    if given.url is not None:
        try:
            target_of(given.url, allows_loopback=allows_loopback)
        except WebhookAddressRefused as refused:
            raise CarrierAddressRefused(refused.problem) from None
    _check_tracking_address(given.tracking_address)
    _check_services(given.services)
    check_rules(given.rules or (), {each.code for each in given.services})
    check_agreements(given.agreements or ())


def _check_tracking_address(address: str) -> None:
    if not address:
        return
    try:
        places = {name for _, name, _, _ in Formatter().parse(address) if name is not None}
    except ValueError:
        places = set[str]()
    if places != {_PLACE} or not address.startswith("https://") or len(address) > LONGEST_ADDRESS:
        problem = f"must begin with https:// and hold {{{_PLACE}}}, and no other braces"
        raise Invalid("trackingAddress", problem)


def _check_services(services: Sequence[Service]) -> None:
    if len(services) > MOST_SERVICES:
        raise Invalid("services", f"must be at most {MOST_SERVICES}")
    if len({each.code for each in services}) != len(services):
        raise Invalid("services", "must have a code of its own each")
    for place, each in enumerate(services):
        if not 1 <= len(each.code) <= LONGEST_CODE or not 1 <= len(each.name) <= LONGEST_NAME:
            raise Invalid(f"services.{place}", "must have a short code and a name")
        if each.days is not None and not 0 <= each.days <= MOST_DAYS:
            raise Invalid(f"services.{place}.days", f"must be 0 to {MOST_DAYS}")


def _columns(given: CarrierTermsGiven) -> dict[str, object]:
    return {
        "name": given.name.strip(),
        "adapter": CarrierAdapter.MANUAL if given.url is None else CarrierAdapter.HTTP,
        "url": given.url,
        "tracking_address": given.tracking_address,
        "services": [asdict(each) for each in given.services],
        **({} if given.rules is None else {"rules": [each.stored() for each in given.rules]}),
        **(
            {}
            if given.agreements is None
            else {"agreements": [each.stored() for each in given.agreements]}
        ),
    }


def _noted(carrier: Carrier) -> dict[str, object]:
    """Return what the trail keeps: of the address its host only, as paths may hold secrets."""
    host = target_of(carrier.url, allows_loopback=True).host if carrier.url else None
    return {
        "name": carrier.name,
        "host": host,
        "services": carrier.services,
        "rules": carrier.rules,
        "agreements": carrier.agreements,
        "is_active": carrier.is_active,
    }
