"""A company registers with a seller by its link, and proves its e-mail (R1-8).

Open to everyone; no answer tells whether anybody has a sign-in.
"""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import func, select

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities import operations as identities
from app.identities.letters import NewLetter, post
from app.identities.one_time_tokens import OneTimeKeys, Purpose, issue, spend
from app.identities.operations import NewPerson
from app.identities.rules import checked_email
from app.kernel.ids import new_id
from app.organisations.models import Organisation, OrganisationStatus
from app.organisations.operations import organisations_named
from app.people import admission, locks
from app.people.errors import LinkNotValid, RegistrationsFull, RegistrationWaits
from app.people.models import Registration
from app.people.rules import Application, RegistrationState
from app.rbac.guard import open_to_everyone
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

PAGE = "registration"
CONFIRMED_WITHIN = timedelta(days=3)
_DAY = timedelta(days=1)


@open_to_everyone
async def register(
    work: Work, keys: OneTimeKeys, token: str, email: str, application: Application
) -> str:
    """Ask to become the customer of the seller whose link it is; a letter asks for confirmation.

    Returns the address that is written to. Raises `LinkNotValid`, `RegistrationsFull`, `Invalid`.
    """
    address, said = checked_email(email), application.checked()
    link_token, tenant = await admission.standing_behind(
        work, keys, Purpose.REGISTRATION_LINK, token
    )
    async with enter_tenant(work, tenant.id) as inside:
        link = await locks.registration_link(inside, link_token.subject_id)
        if link is None or link.closed_at is not None:
            raise LinkNotValid
        seller = (await organisations_named(inside, {link.seller_id}))[link.seller_id]
        if seller.status == OrganisationStatus.CLOSED:
            raise LinkNotValid
        taken = select(func.count()).where(
            Registration.link_id == link.id, Registration.asked_at > work.now - _DAY
        )
        if (await inside.session.scalar(taken) or 0) >= link.most_a_day:
            raise RegistrationsFull
        registration = Registration(
            id=new_id(),
            link_id=link.id,
            seller_id=link.seller_id,
            email=address,
            asked_at=work.now,
            **asdict(said),
        )
        await inside.save(registration)
        await _ask_to_confirm(inside, registration, seller)
    return address


@open_to_everyone
async def confirm_registration(work: Work, keys: OneTimeKeys, token: str, password: str) -> str:
    """Prove the e-mail of a registration, which its seller sees from then on.

    The owner of the address gets a sign-in with this password, or keeps the one they have: the
    answer is the same. Returns the seller's name. Raises `LinkNotValid`, `RegistrationWaits`,
    `WeakPassword`.
    """
    found, tenant = await admission.standing_behind(work, keys, Purpose.REGISTRATION, token)
    if await spend(work, keys, Purpose.REGISTRATION, token) is None:
        raise LinkNotValid
    async with enter_tenant(work, tenant.id) as inside:
        registration = await locks.registration(inside, found.subject_id)
        if registration is None or registration.state != RegistrationState.UNCONFIRMED:
            raise LinkNotValid
        await _check_first(inside, registration)
        seller = (await organisations_named(inside, {registration.seller_id}))[
            registration.seller_id
        ]
        person = NewPerson(registration.contact_name, registration.email, password)
        identity_id, _ = await identities.identity_for(work, person)
        # So that it comes along and goes when the network does.
        await identities.open_tenant(inside, identity_id)
        registration.identity_id = identity_id
        registration.state, registration.confirmed_at = RegistrationState.WAITING, work.now
        await _tell(inside, registration)
    return seller.name


async def _check_first(work: Work, registration: Registration) -> None:
    await locks.registration_link(work, registration.link_id)
    waiting = select(Registration.id).where(
        Registration.seller_id == registration.seller_id,
        Registration.email == registration.email,
        Registration.state == RegistrationState.WAITING,
    )
    if (await work.session.execute(waiting)).first() is not None:
        raise RegistrationWaits


async def _ask_to_confirm(work: Work, registration: Registration, seller: Organisation) -> None:
    token_id = await issue(
        work,
        Purpose.REGISTRATION,
        registration.id,
        CONFIRMED_WITHIN,
        tenant_id=work.tenant_id,
    )
    await post(
        work,
        NewLetter(
            address=registration.email,
            name=registration.contact_name,
            title=f"Confirm your registration with {seller.name}",
            text=(
                f"{registration.company_name} asks to buy from {seller.name}. Open {{link}} to "
                "confirm that this e-mail address is yours; the link is good once, for "
                f"{CONFIRMED_WITHIN.days} days. If you did not register, do nothing."
            ),
            lifetime=CONFIRMED_WITHIN,
            page=PAGE,
            purpose=Purpose.REGISTRATION,
            token_id=token_id,
            tenant_id=work.tenant_id,
        ),
    )


async def _tell(work: Work, registration: Registration) -> None:
    seller_id = registration.seller_id
    record(
        work,
        "REGISTER",
        "registration",
        registration.id,
        after={"company_name": registration.company_name, "email": registration.email},
        on_behalf_of=seller_id,
    )
    people = await people_of(work, (seller_id,), Permission.ORGANISATION_WRITE)
    data = {
        "company_name": registration.company_name,
        "city": registration.city,
        "recipients": [str(person) for person in people],
    }
    work.tell(DomainEvent("registration_waits", "registration", registration.id, data))
