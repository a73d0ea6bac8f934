"""What packages above may ask of identities, unguarded."""

import asyncio
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.identities.errors import WeakPassword
from app.identities.models import Identity, TenantAccess
from app.kernel.errors import Invalid
from app.kernel.ids import new_id

SHORTEST_PASSWORD = 12
_HASHER = PasswordHasher()


async def identity_for(work: Work, email: str, name: str, password: str) -> UUID:
    """Return the identity of an e-mail, made when new, and let it look into the work's tenant.

    The same work in both cases, so that nobody learns which it was; an existing identity keeps its
    name and password. Raises `Invalid` and `WeakPassword`.
    """
    address = email.strip().lower()
    if "@" not in address.strip("@"):
        raise Invalid("email", "must be an e-mail address, such as li.wei@example.com")
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(SHORTEST_PASSWORD)
    statement = insert(Identity).values(
        id=new_id(),
        email=address,
        name=name,
        password_hash=await asyncio.to_thread(_HASHER.hash, password),
        is_system_admin=False,
        created_at=work.now,
    )
    # DO UPDATE returns the row in both cases, where DO NOTHING returns the new one only.
    kept = statement.on_conflict_do_update(
        index_elements=["email"], set_={"email": statement.excluded.email}
    ).returning(Identity.id)
    identity_id = (await work.session.execute(kept)).scalar_one()
    access = insert(TenantAccess).values(identity_id=identity_id, tenant_id=work.tenant_id)
    await work.session.execute(access.on_conflict_do_nothing())
    return identity_id
