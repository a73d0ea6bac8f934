"""Proof that an e-mail address is somebody's own: a letter with a link, good once (R0-23)."""

from datetime import timedelta
from uuid import UUID

from app.db.work import Work
from app.identities.letters import NewLetter, post
from app.identities.one_time_tokens import Purpose, issue

LIFETIME = timedelta(days=14)
PAGE = "prove-email"
_TEXT = (
    "{who} lets you work for {organisation}. Open {{link}} within two weeks to show that this "
    "e-mail address is yours. If you did not expect this, do nothing."
)


async def ask_for_proof(
    work: Work, membership_id: UUID, name: str, email: str, organisation_name: str
) -> None:
    """Let a link go out that proves the address of a membership; three statements."""
    token_id = await issue(
        work, Purpose.EMAIL_PROOF, membership_id, LIFETIME, tenant_id=work.tenant_id
    )
    letter = NewLetter(
        address=email,
        name=name,
        title="Is this your e-mail address?",
        text=_TEXT.format(who=work.actor.name, organisation=organisation_name),
        lifetime=LIFETIME,
        page=PAGE,
        purpose=Purpose.EMAIL_PROOF,
        token_id=token_id,
        tenant_id=work.tenant_id,
    )
    await post(work, letter)
