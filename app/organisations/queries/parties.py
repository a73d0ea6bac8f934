"""The parties that documents name, remembered for as long as nobody writes to who trades with whom.

What one organisation may see is remembered for its own people only.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, exists, or_, select

from app.db.reading import TENANT, rows_like
from app.db.revisions import Memory, Revised
from app.db.snapshots import once_read
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.organisations.models import Organisation, TradingRelationship
from app.organisations.operations import visible_organisations
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_PARTIES = 10_000
"""How many pairs of an organisation and one that it sees are remembered; one takes about 1 KiB."""

_parties: Memory[tuple[UUID, UUID], Organisation] = Memory(Revised.PARTIES, most=MOST_PARTIES)

_OWN, _IDS = bindparam("own", type_=Uuid()), bindparam("ids", type_=ARRAY(Uuid()))
_party, _terms = table_of(Organisation), table_of(TradingRelationship).c
_PARTNERS = select(_party).where(
    _party.c.tenant_id == TENANT,
    _party.c.id == any_(_IDS),
    or_(
        _party.c.id == _OWN,
        exists().where(
            _terms.tenant_id == TENANT, _terms.buyer_id == _OWN, _terms.seller_id == _party.c.id
        ),
        exists().where(
            _terms.tenant_id == TENANT, _terms.buyer_id == _party.c.id, _terms.seller_id == _OWN
        ),
    ),
)


@requires()
async def organisations_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Return visible organisations by id; documents name their parties without more rights.

    One statement for the own one and its partners, none where they are remembered, and one more
    for whoever sees further.
    """
    return await once_read(work, "organisations", ids, partial(_visible, work))


async def _visible(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Find what `visible_organisations` lets the actor see."""
    if not ids:
        return {}
    actor = work.actor
    reads = actor.may(Permission.ORGANISATION_READ)
    scope = actor.scope_of(Permission.ORGANISATION_READ) if reads else Scope.ORGANISATION
    found: dict[UUID, Organisation] = {}
    if actor.organisation_id is not None and scope is not Scope.TENANT:
        found = await _partners(work, actor.organisation_id, ids)
    missing = [key for key in ids if key not in found]
    if missing and scope in {Scope.BRANCH, Scope.TENANT}:
        statement = select(Organisation).where(
            Organisation.id.in_(missing), visible_organisations(work)
        )
        found |= {row.id: row for row in await work.session.scalars(statement)}
    return found


async def _partners(work: Work, own: UUID, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    async def read(
        missing: Sequence[tuple[UUID, UUID]],
    ) -> Mapping[tuple[UUID, UUID], Organisation]:
        asked = [key for _, key in missing]
        found = await rows_like(Organisation, work, _PARTNERS, own=own, ids=asked)
        return {(own, row.id): row for row in found}

    known = await _parties.each(work, [(own, key) for key in ids], read)
    return {key: row for (_, key), row in known.items()}
