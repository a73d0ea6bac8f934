"""What signing in reads."""

from app.db.work import Work
from app.identities import operations as identities
from app.identities.passwords import Credentials
from app.rbac.guard import open_to_everyone


@open_to_everyone
async def credentials(work: Work, email: str) -> Credentials:
    """Return what a password is held against; the hash must not leave the process."""
    return await identities.credentials_of(work, email)
