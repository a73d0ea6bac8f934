"""Imports and exports run later, with the rights that whoever began them has then."""

from dataclasses import replace
from uuid import UUID

from app.db.work import Work
from app.exchange.errors import ImporterGone
from app.identities.principal import standing_in
from app.kernel.errors import Unauthenticated
from app.rbac.permissions import Permission
from app.rbac.policy import PolicyCache


async def as_person(work: Work, membership_id: UUID, right: Permission) -> Work:
    """Return the work as whoever began it would do it; raises `ImporterGone`."""
    identify = standing_in(work.tenant_id, membership_id, PolicyCache())
    try:
        actor = await identify(work.session)
    except Unauthenticated:
        raise ImporterGone from None
    if not actor.may(right):
        raise ImporterGone
    return replace(work, actor=actor)
