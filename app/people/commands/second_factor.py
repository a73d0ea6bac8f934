"""A second factor: set up, asked for at sign-in, taken away, required by a network (R0-23)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from app.audit.operations import record
from app.db.work import Work
from app.identities import letters, second_factor, throttling
from app.identities import operations as identities
from app.identities.errors import LinkSpent, SecondFactorExists, WrongCode
from app.identities.letters import NewLetter
from app.identities.models import SecondFactorRule
from app.identities.one_time_tokens import OneTimeKeys, Purpose, issue, look_at, spend, withdraw
from app.identities.operations import EndReason
from app.identities.passwords import Credentials, ProvenIdentity
from app.identities.second_factor import RESET_LASTS, Enrolment, FactorKeys
from app.identities.throttling import Attempt, Throttle
from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.errors import NotFound
from app.people.operations import (
    SignedIn,
    membership_in_reach,
    only_workplace,
    own_session,
    record_for_person,
    sign_into,
    visible_roles,
    workplaces,
)
from app.rbac.guard import open_to_everyone, requires
from app.rbac.models import Role
from app.rbac.permissions import Permission
from app.tenants import operations as tenants

_TITLE = "Remove your second factor"
_TEXT = (
    "An administrator of {network} lets you remove the second factor with which you sign in. If "
    "you have lost it, remove it here with your password within a day: {link} If you still have "
    "it, do nothing."
)


@open_to_everyone
async def begin_second_step(
    work: Work, onetime: OneTimeKeys, throttle: Throttle, token: str
) -> tuple[UUID, Attempt]:
    """Count an attempt to finish a sign-in; raises `LinkSpent` and `TooManyAttempts`."""
    waiting = await look_at(work, onetime, Purpose.SECOND_STEP, token)
    if waiting is None:
        raise LinkSpent
    return waiting.subject_id, await _admit(work, throttle, waiting.subject_id)


@open_to_everyone
async def finish_sign_in(  # noqa: PLR0913, PLR0917  # what a second step is
    work: Work,
    keys: TokenKeys,
    onetime: OneTimeKeys,
    attempt: Attempt,
    token: str,
    code: str,
    device: str | None = None,
) -> SignedIn:
    """Begin a sign-in whose first step was right; raises `LinkSpent` and `WrongCode`.

    What a network's provider vouched for is good in that network only.
    """
    waiting = await spend(work, onetime, Purpose.SECOND_STEP, token)
    if waiting is None:
        raise LinkSpent
    identity_id = waiting.subject_id
    if not await second_factor.accept(work, FactorKeys(onetime.secret), identity_id, code):
        raise WrongCode
    await throttling.settle(work, attempt)
    confined_to = waiting.tenant_id
    known = await workplaces(work, identity_id, confined_to)
    session_id = await identities.open_session(work, identity_id, device, confined_to)
    await second_factor.note_proof(work, session_id)
    only = await only_workplace(
        work, identity_id, known, is_proven=True, by_provider=confined_to is not None
    )
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, only)


@requires()
async def begin_second_factor(
    work: Work, keys: FactorKeys, attempt: Attempt, person: ProvenIdentity
) -> Enrolment:
    """Give the caller a secret for their authenticator; raises `SecondFactorExists`."""
    identity_id, _ = own_session(work)
    if person.identity_id != identity_id:
        raise NotFound("Identity")
    await throttling.settle(work, attempt)
    if await second_factor.is_enrolled(work, identity_id):
        raise SecondFactorExists
    _, email = await identities.own_credentials(work, identity_id)
    return await second_factor.begin_enrolment(work, keys, identity_id, email)


@requires()
async def count_code(work: Work, throttle: Throttle) -> Attempt:
    """Count an attempt of the caller's to give a code; raises `TooManyAttempts`."""
    identity_id, _ = own_session(work)
    return await _admit(work, throttle, identity_id)


@requires()
async def confirm_second_factor(
    work: Work, keys: FactorKeys, attempt: Attempt, code: str
) -> Sequence[str]:
    """Let the authenticator count, which a code proves; returns codes to fall back on, this once.

    This sign-in counts as made with it. Raises `SecondFactorExists` and `WrongCode`.
    """
    identity_id, session_id = own_session(work)
    if await second_factor.is_enrolled(work, identity_id):
        raise SecondFactorExists
    if not await second_factor.accept(work, keys, identity_id, code):
        raise WrongCode
    await throttling.settle(work, attempt)
    codes = await second_factor.confirm(work, keys, identity_id)
    await second_factor.note_proof(work, session_id)
    await record_for_person(work, identity_id, work.actor.name, "SET_UP_SECOND_FACTOR")
    return codes


@requires()
async def remove_second_factor(work: Work, keys: FactorKeys, attempt: Attempt, code: str) -> None:
    """Take one's own second factor away, which a code of it allows; raises `WrongCode`."""
    identity_id, _ = own_session(work)
    if not await second_factor.accept(work, keys, identity_id, code):
        raise WrongCode
    await throttling.settle(work, attempt)
    await second_factor.remove(work, identity_id)
    await record_for_person(work, identity_id, work.actor.name, "REMOVE_SECOND_FACTOR")


@requires(Permission.MEMBER_WRITE)
async def allow_second_factor_reset(work: Work, membership_id: UUID) -> None:
    """Send a member a link with which, and with their password, they remove their second factor.

    A person has one for all networks, so no network's administrator takes it away alone; whether
    there is one is not said. Raises `NotFound`.
    """
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    token_id = await issue(
        work,
        Purpose.SECOND_FACTOR_RESET,
        membership.identity_id,
        RESET_LASTS,
        tenant_id=work.tenant_id,
    )
    letter = NewLetter(
        address=membership.email,
        name=membership.name,
        title=_TITLE,
        text=_TEXT.replace("{network}", (await tenants.tenant_of(work)).name),
        lifetime=RESET_LASTS,
        page="remove-second-factor",
        purpose=Purpose.SECOND_FACTOR_RESET,
        token_id=token_id,
        tenant_id=work.tenant_id,
    )
    await letters.post(work, letter)
    record(work, "ALLOW_SECOND_FACTOR_RESET", "membership", membership_id)


@open_to_everyone
async def begin_factor_reset(
    work: Work, onetime: OneTimeKeys, throttle: Throttle, token: str
) -> tuple[Credentials, Attempt]:
    """Return what the password beside a link is held against; raises `LinkSpent`."""
    allowed = await look_at(work, onetime, Purpose.SECOND_FACTOR_RESET, token)
    if allowed is None:
        raise LinkSpent
    credentials, email = await identities.own_credentials(work, allowed.subject_id)
    return credentials, await throttling.admit(work, throttle, email)


@open_to_everyone
async def reset_second_factor(
    work: Work, onetime: OneTimeKeys, attempt: Attempt, person: ProvenIdentity, token: str
) -> None:
    """Take a second factor away by link and password; all sign-ins end. Raises `LinkSpent`."""
    allowed = await spend(work, onetime, Purpose.SECOND_FACTOR_RESET, token)
    if allowed is None or allowed.subject_id != person.identity_id:
        raise LinkSpent
    await throttling.settle(work, attempt)
    await second_factor.remove(work, person.identity_id)
    await withdraw(work, Purpose.SECOND_FACTOR_RESET, person.identity_id)
    await identities.end_sessions(work, person.identity_id, EndReason.SECOND_FACTOR_RESET)
    name = await identities.name_of(work, person.identity_id)
    await record_for_person(work, person.identity_id, name, "RESET_SECOND_FACTOR")


@requires(Permission.TENANT_SETTINGS)
async def require_second_factor(work: Work, role_ids: Sequence[UUID]) -> list[Role]:
    """Require a second factor of whoever holds one of the roles, and of nobody else.

    It counts when people sign in, choose where to act, and refresh their tokens. Raises `NotFound`.
    """
    wanted = list(dict.fromkeys(role_ids))
    statement = select(Role).where(Role.id.in_(wanted), visible_roles(work, Permission.ROLE_READ))
    known = {role.id: role for role in await work.session.scalars(statement)}
    for place, role_id in enumerate(wanted):
        if role_id not in known:
            raise NotFound("Role").at(f"roleIds.{place}")
    before = set(await work.session.scalars(select(SecondFactorRule.role_id)))
    gone = SecondFactorRule.role_id.in_(before - known.keys())
    await work.session.execute(delete(SecondFactorRule).where(gone))
    added = [{"role_id": each, "since": work.now} for each in wanted if each not in before]
    if added:
        await work.insert(SecondFactorRule, added)
    record(
        work,
        "REQUIRE_SECOND_FACTOR",
        "tenant",
        work.tenant_id,
        before={"roles": sorted(map(str, before))},
        after={"roles": sorted(map(str, wanted))},
    )
    return sorted(known.values(), key=lambda role: (role.name, role.id))


async def _admit(work: Work, throttle: Throttle, identity_id: UUID) -> Attempt:
    return await throttling.admit(work, throttle, f"second factor of {identity_id}")
