"""Prove that an e-mail address is one's own, by the link that went to it (R0-23)."""

from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities.errors import LinkSpent
from app.identities.one_time_tokens import OneTimeKeys, Purpose, spend
from app.people.admission import standing_behind
from app.people.errors import LinkNotValid
from app.people.proving import prove_membership
from app.rbac.guard import open_to_everyone


@open_to_everyone
async def prove_email(work: Work, keys: OneTimeKeys, text: str) -> None:
    """Note that whoever holds the link has the address it went to, once; raises `LinkSpent`.

    It lets nobody in: the link is good for nothing else.
    """
    try:
        token, tenant = await standing_behind(work, keys, Purpose.EMAIL_PROOF, text)
    except LinkNotValid:
        raise LinkSpent from None
    if await spend(work, keys, Purpose.EMAIL_PROOF, text) is None:
        raise LinkSpent
    async with enter_tenant(work, tenant.id) as inside:
        await prove_membership(inside, token.subject_id)
