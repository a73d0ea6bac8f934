"""Whether one has a second factor, and of whom the network requires it."""

from sqlalchemy import select

from app.db.work import Work
from app.identities import second_factor
from app.identities.models import SecondFactorRule
from app.people.operations import own_session
from app.rbac.guard import requires
from app.rbac.models import Role
from app.rbac.permissions import Permission


@requires()
async def has_second_factor(work: Work) -> bool:
    """Whether the caller signs in with a second factor."""
    identity_id, _ = own_session(work)
    return await second_factor.is_enrolled(work, identity_id)


@requires(Permission.TENANT_SETTINGS)
async def second_factor_roles(work: Work) -> list[Role]:
    """Return the roles of whose holders the network requires a second factor, by name."""
    statement = (
        select(Role)
        .join(SecondFactorRule, SecondFactorRule.role_id == Role.id)
        .order_by(Role.name, Role.id)
    )
    return list((await work.session.scalars(statement)).all())
