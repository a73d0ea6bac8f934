"""What waited for people who never came is not kept for ever (R3-31, R1-8)."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.kernel.ids import new_id
from app.people.forgetting import forget_unanswered
from app.people.models import Invitation, InvitationRole, Registration, RegistrationLink
from app.people.rules import RegistrationState
from tests.support.world import LONG_AGO

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def test_what_nobody_answered_is_forgotten_and_what_may_be_answered_kept(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    link = RegistrationLink(
        seller_id=brand,
        label="fair",
        most_a_day=1,
        token_id=new_id(),
        opened_by_membership_id=admin.membership_id,
        opened_at=LONG_AGO,
    )
    await world.save(link)
    ages = {"old": timedelta(days=91), "recent": timedelta(days=89)}
    invitations = [_invitation(brand, admin, name, NOW - age) for name, age in ages.items()]
    registrations = [
        _registration(link, f"{state} {days}", state, NOW - timedelta(days=days))
        for state in (RegistrationState.UNCONFIRMED, RegistrationState.REFUSED)
        for days in (29, 31)
    ]
    await world.save(*invitations, *registrations)
    buyer = world.roles["BUYER"]
    await world.save(
        *(InvitationRole(invitation_id=each.id, role_id=buyer) for each in invitations)
    )

    await world.run(forget_unanswered, NOW)

    async def kept(work):
        invited = await work.session.scalars(select(Invitation.name))
        came = await work.session.scalars(select(Registration.company_name))
        return sorted(invited), sorted(came)

    assert await world.run(kept) == (["recent"], ["REFUSED 29", "REFUSED 31", "UNCONFIRMED 29"])


def _invitation(brand, admin, name, expired):
    return Invitation(
        organisation_id=brand,
        email=f"{name}@example.com",
        name=name,
        invited_by_membership_id=admin.membership_id,
        invited_at=LONG_AGO,
        sent_at=LONG_AGO,
        token_id=new_id(),
        expires_at=expired,
    )


def _registration(link, name, state, asked):
    return Registration(
        link_id=link.id,
        seller_id=link.seller_id,
        company_name=name,
        state=state,
        asked_at=asked,
        **dict.fromkeys(("tax_number", "street", "city", "region", "country"), ""),
        **dict.fromkeys(("contact_name", "telephone"), ""),
        email=f"{new_id().hex}@example.com",
    )
