"""Moving branches of a network in tests, over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from app.kernel.ids import new_id
from tests.support.world import Answer, Person, World, gid

MOVE = """mutation($input: MoveOrganisationInput!) { moveOrganisation(input: $input) {
    __typename ... on OrganisationMove { id state effectiveAt decidedAt refusal
        organisation { name parent { name } } formerParent { name } newParent { name } }
    ... on Refusal { code field message } } }"""
MOVES = """query($state: OrganisationMoveState) { organisationMoves(state: $state) {
    edges { node { id state refusal organisation { name } } } } }"""


class Branched(Protocol):
    """What a move within a branch is asked for with."""

    world: World
    secret: str
    distributor: UUID
    retailer: UUID
    seller: Person


def asked(organisation: UUID, parent: UUID, **more: Any) -> dict[str, Any]:
    """What a move asks for, under a key of its own."""
    return {
        "idempotencyKey": new_id().hex,
        "organisationId": gid("Organisation", organisation),
        "newParentId": gid("Organisation", parent),
        **more,
    }


async def ask_move(person: Person, organisation: UUID, parent: UUID, **more: Any) -> Answer:
    """Ask for a move; whatever comes of it."""
    return await person.ask(MOVE, input=asked(organisation, parent, **more))


async def move(person: Person, organisation: UUID, parent: UUID, **more: Any) -> dict[str, Any]:
    """Ask for a move, and return it or the refusal."""
    return (await ask_move(person, organisation, parent, **more)).data["moveOrganisation"]


async def tree(world: World) -> list[tuple[str, str, int]]:
    """Every pair of names that the ancestry has, with the distance."""

    async def read(work: Any) -> list[tuple[str, str, int]]:
        rows = await work.session.execute(
            text(
                "SELECT above.name, below.name, pair.distance FROM organisation_ancestry pair"
                " JOIN organisation above ON above.tenant_id = pair.tenant_id"
                " AND above.id = pair.ancestor_id"
                " JOIN organisation below ON below.tenant_id = pair.tenant_id"
                " AND below.id = pair.descendant_id WHERE pair.tenant_id = :tenant"
                " ORDER BY 1, 2"
            ),
            {"tenant": work.tenant_id},
        )
        return [tuple(row) for row in rows]

    return await world.run(read)


async def add_move(branch: Branched) -> dict[str, str]:
    """A branch that the distributor got from its retailer, and that shall go back some day."""
    world = branch.world
    kiosk = await world.organisation(f"{branch.secret} Kiosk", parent=branch.retailer)
    operator = await world.member(branch.distributor, "SYSTEM_ADMIN")
    assert (await move(operator, kiosk, branch.distributor))["state"] == "DONE"
    some_day = datetime.now(UTC) + timedelta(days=900)
    planned = await move(
        branch.seller,
        kiosk,
        branch.retailer,
        effectiveAt=some_day.isoformat(),
        reason=f"{branch.secret} districts",
    )
    return {"OrganisationMove": planned["id"], "Organisation:MOVING": gid("Organisation", kiosk)}
