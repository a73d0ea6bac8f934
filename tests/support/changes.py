"""Price changes for tests: what people ask of the API, step by step."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import update

from app.organisations.models import Organisation
from tests.support.documents import command_document
from tests.support.prices import price
from tests.support.world import Answer, Person, World, gid

SHOWN = """
  id name status state availableActions effectiveFrom effectiveUntil submittedAt decidedAt
  rolledBackAt reason hands { createdBy changedBy submittedBy decidedBy }
"""
CHANGE_SET = f"""
query ($id: ID!, $first: Int! = 100) {{ priceChangeSet(id: $id) {{ {SHOWN}
  rows(first: $first) {{ edges {{ node {{
    id position amount percentOfList isRemoved validFrom validUntil fromQuantity packagingLevel
    priceList {{ name }} sku {{ code }} category {{ name }}
  }} }} }}
}} }}
"""
PUT = """
mutation ($input: PutPriceChangesInput!) { putPriceChanges(input: $input) {
  __typename
  ... on PutPriceChangesOutcome {
    written faults { row field code message } changeSet { id status state }
  }
  ... on Refusal { code field message }
} }
"""
IMPORT = PUT.replace("PutPriceChangesInput", "ImportPriceChangesInput").replace(
    "{ putPriceChanges(", "{ importPriceChanges("
)
HISTORY = """
query ($list: ID!, $sku: ID!) { priceHistory(priceListId: $list, skuId: $sku, first: 100) {
  edges { node {
    knownFrom knownUntil entry { amount validFrom validUntil }
    changeSet { name } closedBy { name }
  } }
} }
"""


class Team(NamedTuple):
    """A seller that wants two pairs of eyes, its people, one customer, a list and two SKUs."""

    world: World
    brand: UUID
    author: Person
    editor: Person
    approver: Person
    stranger: Person
    relationship: UUID
    sku: UUID
    other: UUID
    list_id: UUID

    def row(self, amount: str | None, sku: UUID | None = None, **more: Any) -> dict[str, Any]:
        """A row for the list."""
        given = price(sku or self.sku, amount or "", **more)
        if amount is None:
            del given["amount"]
        return given | {"priceListId": gid("PriceList", self.list_id)}


async def team(world: World, *, needs_approval: bool = True) -> Team:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        shop, sibling = [await world.organisation(name, "RETAILER", brand) for name in ("A", "B")]
        await world.relationship(brand, sibling)
        skus = [await world.sku(brand, name, case=24) for name in ("Tonic", "Cola")]
    if needs_approval:
        await wants_approval(world, brand)
    async with world.at_once():
        people = [
            await world.member(brand, "ENTERPRISE_ADMIN", name=name)
            for name in ("Author", "Editor", "Approver")
        ]
        return Team(
            world,
            brand,
            *people,
            await world.member(sibling, "ENTERPRISE_ADMIN", name="Stranger"),
            await world.relationship(brand, shop),
            *skus,
            await world.price(brand, {skus[0]: "10", skus[1]: "20"}, name="Base"),
        )


async def wants_approval(world: World, organisation: UUID) -> None:
    changed = (
        update(Organisation)
        .where(Organisation.id == organisation)
        .values(needs_price_approval=True)
    )
    await world.run(lambda work: work.session.execute(changed))


async def begun(person: Person, name: str = "Spring", **days: str) -> str:
    """The id of a new change set."""
    given = {"idempotencyKey": name, "name": name, **days}
    answer = await person.ask(command_document("createPriceChangeSet"), input=given)
    return answer.data["createPriceChangeSet"]["id"]


async def put(
    person: Person, change_set: str, *rows: dict[str, Any], **more: Any
) -> dict[str, Any]:
    given = {"changeSetId": change_set, "rows": list(rows), **more}
    return (await person.ask(PUT, input=given)).data["putPriceChanges"]


async def send_file(person: Person, change_set: str, content: str, **more: Any) -> dict[str, Any]:
    given = {"changeSetId": change_set, "content": content, **more}
    return (await person.ask(IMPORT, input=given)).data["importPriceChanges"]


async def move(person: Person, verb: str, change_set: str, **more: Any) -> dict[str, Any]:
    """Submit, approve, reject, withdraw or roll back; the change set, or the refusal."""
    return (await ask_to_move(person, verb, change_set, **more)).data[f"{verb}PriceChangeSet"]


async def ask_to_move(person: Person, verb: str, change_set: str, **more: Any) -> Answer:
    document = command_document(f"{verb}PriceChangeSet")
    return await person.ask(document, input={"changeSetId": change_set, **more})


async def shown(person: Person, change_set: str) -> dict[str, Any]:
    found = (await person.ask(CHANGE_SET, id=change_set)).data["priceChangeSet"]
    found["rows"] = [edge["node"] for edge in found["rows"]["edges"]]
    return found


async def changed(the: Team, name: str, *rows: dict[str, Any], **days: str) -> str:
    """A change set with rows, submitted by its author and approved by another."""
    change_set = await begun(the.author, name, **days)
    outcome = await put(the.author, change_set, *rows)
    assert outcome["faults"] == [], outcome
    for person, verb in ((the.author, "submit"), (the.approver, "approve")):
        moved = await move(person, verb, change_set)
        assert moved["__typename"] == "PriceChangeSet", moved
    return change_set
