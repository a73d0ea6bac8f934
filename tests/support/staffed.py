"""Who works at a branch's seller, and a role of its own, for tests of isolation."""

from typing import Any
from uuid import UUID

from strawberry import relay

from tests.support.people import membership, role
from tests.support.world import gid


async def add_people(branch: Any) -> None:
    """A rep who looks after the customer; and a role that the rep and a colleague were given."""
    world = branch.world
    rep = await world.member(branch.distributor, "SALES", name=f"{branch.secret} Rep")
    customer = relay.GlobalID.from_id(branch["TradingRelationship"]).node_id
    await world.assign_rep(UUID(customer), rep)
    own = await role(
        world, branch.distributor, f"{branch.secret} role", ("ORDER_READ", "ORGANISATION")
    )
    branch.things |= {
        "Membership": membership(rep),
        "Membership:SELLER": membership(branch.seller),
        "Membership:BUYER": membership(branch.buyer),
        "Role": gid("Role", own),
    }
    for person in (rep, branch.colleague):
        given = {"membershipId": membership(person), "roleId": branch["Role"]}
        await branch.do("seller", "giveRole", **given)
