"""On which devices one is signed in."""

from app.db.work import Work
from app.identities import operations as identities
from app.identities.operations import OpenSession
from app.people.operations import own_session
from app.rbac.guard import requires

MOST = 100


@requires()
async def my_sessions(work: Work) -> list[OpenSession]:
    """Return the caller's sign-ins that go on, the newest first, at most 100."""
    identity_id, _ = own_session(work)
    return await identities.open_sessions(work, identity_id, MOST)
