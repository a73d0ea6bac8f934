"""Asking for a network to try, and deciding about it: a demo or a free trial (R3-65).

Whoever asks is answered alike, known or not, again or for the first time; only the confirmed reach
the platform's staff.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db.work import Work
from app.identities import letters, throttling
from app.identities import operations as identities
from app.identities.errors import LinkSpent
from app.identities.letters import NewLetter
from app.identities.one_time_tokens import OneTimeKeys, Purpose, issue, spend
from app.identities.rules import checked_email
from app.identities.throttling import Throttle
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.people.commands.networks import Network, create_tenant
from app.rbac.guard import open_to_everyone, requires
from app.rbac.permissions import Permission
from app.tenants import locks
from app.tenants.errors import TrialDecided
from app.tenants.models import TrialKind, TrialRequest, TrialState

CONFIRM_WITHIN = timedelta(days=7)
LONGEST_TRIAL = timedelta(days=366)
_LONGEST_NAME, _LONGEST_TEXT = 200, 2_000
_CONFIRM = (
    "You have asked for {kind} of Tributary for {company}. Confirm it here within a week, and we "
    "will write to you: {link} If it was not you, do nothing."
)
_ACCEPTED = (
    "Your network {network} is ready. Sign in with this e-mail address; if you have no password "
    "yet, set one here within a week: {link}"
)
_REFUSED = "We cannot set up a network for {company} now. The reason: {reason}"
_KINDS = {TrialKind.DEMO: "a demonstration", TrialKind.TRIAL: "a free trial"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what."""

    kind: TrialKind
    company: str
    name: str
    email: str
    message: str


@open_to_everyone
async def request_trial(work: Work, throttle: Throttle, asking: Asking) -> None:
    """Note a request and send a link to confirm it; too many for one address are left unsent."""
    address = checked_email(asking.email)
    company = _text("company", asking.company, _LONGEST_NAME)
    name = _text("name", asking.name, _LONGEST_NAME)
    message = _text("message", asking.message, _LONGEST_TEXT, least=0)
    if not await throttling.may_write(work, throttle, address):
        return
    request = TrialRequest(
        id=new_id(),
        kind=asking.kind,
        state=TrialState.UNCONFIRMED,
        company=company,
        name=name,
        email=address,
        message=message,
        asked_at=work.now,
    )
    await work.save(request)
    token_id = await issue(work, Purpose.TRIAL_REQUEST, request.id, CONFIRM_WITHIN)
    text = _CONFIRM.replace("{kind}", _KINDS[asking.kind]).replace("{company}", _plain(company))
    letter = NewLetter(
        address=address,
        name=name,
        title="Confirm your request",
        text=text,
        lifetime=CONFIRM_WITHIN,
        page="confirm-trial",
        purpose=Purpose.TRIAL_REQUEST,
        token_id=token_id,
    )
    await letters.post(work, letter)


@open_to_everyone
async def confirm_trial_request(work: Work, keys: OneTimeKeys, token: str) -> None:
    """Let a request reach the platform's staff; raises `LinkSpent`."""
    spent = await spend(work, keys, Purpose.TRIAL_REQUEST, token)
    request = spent and await locks.trial_request(work, spent.subject_id)
    if request is None or request.state != TrialState.UNCONFIRMED:
        raise LinkSpent
    request.state, request.confirmed_at = TrialState.WAITING, work.now


@requires(Permission.TENANT_MANAGE)
async def accept_trial(
    work: Work, request_id: UUID, network: Network, ends_at: datetime | None
) -> TrialRequest:
    """Found the network that somebody asked for, and invite them as its administrator.

    Without an end it goes on. Raises what `create_tenant` raises, `NotFound`, `TrialDecided` and
    `Invalid`.
    """
    request = await _waiting(work, request_id)
    if ends_at is not None and not timedelta(0) < ends_at - work.now <= LONGEST_TRIAL:
        raise Invalid("endsAt", f"must be within {LONGEST_TRIAL.days} days from now")
    tenant = await create_tenant(work, network)
    known = await identities.person_of(work, request.email)
    if known is None:
        raise NotFound("Identity")
    token_id = await issue(work, Purpose.PASSWORD_RESET, known[0], CONFIRM_WITHIN)
    letter = NewLetter(
        address=request.email,
        name=request.name,
        title="Your network is ready",
        text=_ACCEPTED.replace("{network}", _plain(tenant.name)),
        lifetime=CONFIRM_WITHIN,
        page="reset-password",
        purpose=Purpose.PASSWORD_RESET,
        token_id=token_id,
    )
    await letters.post(work, letter)
    _decide(work, request, TrialState.ACCEPTED)
    request.founded_tenant_id, request.ends_at = tenant.id, ends_at
    return request


@requires(Permission.TENANT_MANAGE)
async def refuse_trial(work: Work, request_id: UUID, reason: str) -> TrialRequest:
    """Refuse a request with a reason, which goes out to whoever asked.

    Raises `NotFound`, `TrialDecided` and `Invalid`.
    """
    told = _text("reason", reason, _LONGEST_TEXT)
    request = await _waiting(work, request_id)
    text = _REFUSED.replace("{company}", _plain(request.company)).replace("{reason}", _plain(told))
    letter = NewLetter(
        address=request.email,
        name=request.name,
        title="Your request",
        text=text,
        lifetime=CONFIRM_WITHIN,
    )
    await letters.post(work, letter)
    _decide(work, request, TrialState.REFUSED)
    request.reason = told
    return request


@requires(Permission.TENANT_MANAGE)
async def change_trial_end(work: Work, request_id: UUID, ends_at: datetime | None) -> TrialRequest:
    """Let a trial end at another time, or go on for good; one that has ended is resumed apart.

    Raises `NotFound`, `TrialDecided` and `Invalid`.
    """
    request = await locks.trial_request(work, request_id)
    if request is None:
        raise NotFound("TrialRequest")
    if request.state not in {TrialState.ACCEPTED, TrialState.ENDED}:
        raise TrialDecided(request.state)
    if ends_at is not None and not timedelta(0) < ends_at - work.now <= LONGEST_TRIAL:
        raise Invalid("endsAt", f"must be within {LONGEST_TRIAL.days} days from now")
    request.ends_at, request.state = ends_at, TrialState.ACCEPTED
    return request


def _decide(work: Work, request: TrialRequest, state: TrialState) -> None:
    request.state, request.decided_at, request.decided_by = state, work.now, work.actor.name


async def _waiting(work: Work, request_id: UUID) -> TrialRequest:
    request = await locks.trial_request(work, request_id)
    if request is None:
        raise NotFound("TrialRequest")
    if request.state != TrialState.WAITING:
        raise TrialDecided(request.state)
    return request


def _text(name: str, given: str, most: int, *, least: int = 1) -> str:
    text = given.strip()
    if not least <= len(text) <= most:
        raise Invalid(name, f"must have {least} to {most} characters")
    return text


def _plain(text: str) -> str:
    """Return text of people's that names no place for a link."""
    return text.replace("{", "(").replace("}", ")")
