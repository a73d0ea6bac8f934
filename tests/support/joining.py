"""A branch into which somebody is invited."""

from typing import Any, Protocol
from uuid import UUID

from app.kernel.ids import new_id
from app.organisations.models import RelationshipRequest, SellerProfile
from tests.support.world import LONG_AGO, Person, World, gid


class Branched(Protocol):
    """What people are invited into."""

    world: World
    secret: str
    distributor: UUID
    retailer: UUID
    buyer: Person

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
    return {"Invitation": invited["id"], **await _requests(branch)}


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
        await world.save(profile, *asked)
    names = ("RelationshipRequest", "RelationshipRequest:2", "RelationshipRequest:3")
    requests = zip(names, asked, strict=True)
    return {
        "OpenSeller": gid("OpenSeller", profile.id),
        **{name: gid("RelationshipRequest", row.id) for name, row in requests},
    }


def _request(branch: Branched, buyer: UUID, seller: UUID) -> RelationshipRequest:
    return RelationshipRequest(
        buyer_id=buyer,
        seller_id=seller,
        buyer_name=f"{branch.secret} Kiosk",
        buyer_kind="RETAILER",
        buyer_city="",
        buyer_region="",
        seller_name=f"{branch.secret} Trade",
        note=f"{branch.secret} note",
        asked_by_membership_id=branch.buyer.membership_id,
        asked_at=LONG_AGO,
    )
