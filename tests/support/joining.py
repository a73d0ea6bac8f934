"""A branch into which somebody is invited."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from strawberry import relay

from app.kernel.ids import new_id
from app.organisations.models import (
    BranchConsent,
    ConsentedRight,
    ConsentState,
    RelationshipRequest,
    SellerProfile,
)
from app.people.models import Registration
from app.people.rules import RegistrationState
from tests.support.world import LONG_AGO, Person, World, gid


class Branched(Protocol):
    """What people are invited into."""

    world: World
    secret: str
    distributor: UUID
    retailer: UUID
    buyer: Person
    colleague: Person

    def __getitem__(self, name: str) -> str: ...

    async def do(self, side: str, command: str, /, **given: Any) -> dict[str, Any]: ...


async def add_joining(branch: Branched) -> dict[str, str]:
    """Somebody whom the distributor has invited."""
    invited = await branch.do(
        "seller",
        "inviteMember",
        organisationId=gid("Organisation", branch.distributor),
        name=f"{branch.secret} Invited",
        email=f"{new_id().hex}@example.com",
        roleIds=[branch["Role"]],
    )
    made = {"Invitation": invited["id"], **await _requests(branch)}
    return made | await _registrations(branch) | await _closing(branch)


async def _closing(branch: Branched) -> dict[str, str]:
    """Two organisations that may close, the second some day; and where goods are taken in."""
    world = branch.world
    async with world.at_once():
        kiosks = [
            await world.organisation(f"{branch.secret} Kiosk", "RETAILER", branch.distributor)
            for _ in range(2)
        ]
    planned = await branch.do(
        "seller",
        "closeOrganisation",
        idempotencyKey=new_id().hex,
        organisationId=gid("Organisation", kiosks[1]),
        effectiveAt=(datetime.now(UTC) + timedelta(days=900)).isoformat(),
        reason=f"{branch.secret} districts",
    )
    yard = await branch.do(
        "buyer",
        "addDeliveryAddress",
        address={
            "label": f"{branch.secret} Yard",
            "street": "1 Street",
            "city": "City",
            "timeZone": "Asia/Shanghai",
        },
    )
    return {
        "DeliveryAddress": yard["id"],
        "Organisation:CLOSING": gid("Organisation", kiosks[0]),
        "OrganisationClosing": planned["id"],
    }


async def _registrations(branch: Branched) -> dict[str, str]:
    """A link of the distributor, and two companies that came by it."""
    label = f"{branch.secret} fair"
    link = await branch.do("seller", "openRegistrationLink", label=label)
    came = [
        Registration(
            link_id=UUID(relay.GlobalID.from_id(link["id"]).node_id),
            seller_id=branch.distributor,
            company_name=f"{branch.secret} Ltd",
            tax_number=f"{branch.secret}",
            street="",
            city="",
            region="",
            country="",
            contact_name=f"{branch.secret} Founder",
            telephone="",
            email=f"{new_id().hex}@example.com",
            state=RegistrationState.WAITING,
            asked_at=LONG_AGO,
            confirmed_at=LONG_AGO,
            identity_id=branch.colleague.identity_id,
        )
        for _ in range(2)
    ]
    await branch.world.save(*came)
    names = ("Registration", "Registration:2")
    return {
        "RegistrationLink": link["id"],
        **{name: gid("Registration", row.id) for name, row in zip(names, came, strict=True)},
    }


async def _requests(branch: Branched) -> dict[str, str]:
    """Two who ask the distributor for trade, and one whom the retailer asks."""
    world, seller = branch.world, branch.distributor
    async with world.at_once():
        kiosks = [
            await world.organisation(f"{branch.secret} Kiosk", "RETAILER", parent=seller)
            for _ in range(2)
        ]
        profile = SellerProfile(
            organisation_id=seller,
            name=f"{branch.secret} Trade",
            region="",
            is_published=False,
            changed_at=LONG_AGO,
        )
        asked = [
            _request(branch, buyer, seller)
            for buyer, seller in (
                (kiosks[0], seller),
                (kiosks[1], seller),
                (branch.retailer, kiosks[0]),
            )
        ]
        consents = [_consent(branch, below) for below in kiosks]
        await world.save(profile, *asked, *consents)
    names = ("RelationshipRequest", "RelationshipRequest:2", "RelationshipRequest:3")
    requests = zip(names, asked, strict=True)
    return {
        "OpenSeller": gid("OpenSeller", profile.id),
        **{name: gid("RelationshipRequest", row.id) for name, row in requests},
        "BranchConsent": gid("BranchConsent", consents[0].id),
        "BranchConsent:2": gid("BranchConsent", consents[1].id),
    }


def _consent(branch: Branched, below: UUID) -> BranchConsent:
    return BranchConsent(
        above_id=branch.distributor,
        below_id=below,
        above_name=f"{branch.secret} Trade",
        below_name=f"{branch.secret} Kiosk",
        permission=ConsentedRight.STOCK_READ,
        note=f"{branch.secret} note",
        offered_by_membership_id=branch.colleague.membership_id,
        offered_at=LONG_AGO,
        state=ConsentState.OFFERED,
    )


def _request(branch: Branched, buyer: UUID, seller: UUID) -> RelationshipRequest:
    return RelationshipRequest(
        buyer_id=buyer,
        seller_id=seller,
        buyer_name=f"{branch.secret} Shop",
        buyer_kind="RETAILER",
        buyer_city="",
        buyer_region="",
        seller_name=f"{branch.secret} Trade",
        note=f"{branch.secret} note",
        asked_by_membership_id=branch.buyer.membership_id,
        asked_at=LONG_AGO,
    )
