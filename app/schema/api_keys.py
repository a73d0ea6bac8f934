"""Keys with which software acts for an organisation (R0-5)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities import models
from app.kernel.errors import NotFound
from app.people.commands import api_keys as commands
from app.people.queries import api_keys as queries
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.roles import RoleGrant, RoleGrantInput


@strawberry.type
class ApiKey(relay.Node):
    """A key; its text is shown once, when it is made. `usedAt` is exact to the hour.

    In the trail it has its own name, under `membershipId`.
    """

    id: relay.NodeID[UUID]
    name: str
    prefix: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    membership_id: relay.GlobalID
    made_by_membership_id: relay.GlobalID
    organisation_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(keys: list["ApiKey"], info: Info) -> list[Organisation | None]:
        """For whom its software acts."""
        return await organisations_by_id(info, [key.organisation_id for key in keys])

    @list_size(10)
    @batch
    @staticmethod
    async def grants(keys: list["ApiKey"], info: Info) -> list[list[RoleGrant]]:
        """What it may do, by permission."""
        async with info.context.read() as work:
            rights = await queries.rights_of_keys(work, [key.id for key in keys])
        return [[RoleGrant.of(right) for right in of_key] for of_key in rights]

    @list_size(10)
    @batch
    @staticmethod
    async def relationship_ids(keys: list["ApiKey"], info: Info) -> list[list[relay.GlobalID]]:
        """The relationships that it is for; none where its grants say how far it reaches."""
        async with info.context.read() as work:
            found = await queries.relationships_of_keys(work, [key.id for key in keys])
        return [[relay.GlobalID("TradingRelationship", str(id)) for id in ids] for ids in found]

    @classmethod
    def of(cls, row: models.ApiKey) -> "ApiKey":
        """Show a key."""
        return cls(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
            membership_id=relay.GlobalID("Membership", str(row.id)),
            made_by_membership_id=relay.GlobalID("Membership", str(row.made_by_membership_id)),
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["ApiKey | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await api_keys_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class CreateApiKeyInput:
    """A key to make, at most a year good, and never for more than the caller may do.

    With `relationshipIds` every grant must have the scope ASSIGNED, and reaches those alone.
    """

    idempotency_key: str
    organisation_id: relay.GlobalID
    name: str
    grants: list[RoleGrantInput]
    expires_at: datetime
    relationship_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)


@strawberry.input
class RevokeApiKeyInput:
    """The key to revoke."""

    api_key_id: relay.GlobalID


@strawberry.type
class CreatedApiKey:
    """A new key. Its text goes into the Authorization header as `Bearer trib_...`."""

    api_key: ApiKey
    key: str | None = strawberry.field(
        description="Shown this once: null when the same idempotency key is used again."
    )


CreateApiKeyResult = Annotated[CreatedApiKey | Refusal, strawberry.union("CreateApiKeyResult")]
RevokeApiKeyResult = Annotated[ApiKey | Refusal, strawberry.union("RevokeApiKeyResult")]


async def api_keys_by_id(info: Info, ids: Sequence[UUID]) -> list[ApiKey | None]:
    """Load keys in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        rows = await queries.api_keys_by_id(work, ids)
    return [ApiKey.of(row) if row else None for row in rows]


@strawberry.type
class ApiKeysQuery:
    """Questions about keys."""

    @query(queries.api_keys)
    async def api_keys(
        self,
        info: Info,
        organisation_id: relay.GlobalID,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[ApiKey]:
        """An organisation's keys, the revoked and expired ones too, newest first."""
        key, page = key_of(organisation_id, "Organisation"), page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.api_keys(work, key, page), ApiKey.of)


@strawberry.type
class ApiKeysMutation:
    """What can be done about keys."""

    @mutation(commands.create_api_key)
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> CreateApiKeyResult:
        """Make a key with which software acts for an organisation, and show it this once."""
        secret = info.context.services.keys.secret
        wanted = commands.WantedKey(
            key_of(input.organisation_id, "Organisation"),
            input.name,
            [grant.right() for grant in input.grants],
            input.expires_at,
            [key_of(each, "TradingRelationship") for each in input.relationship_ids],
        )
        key_id, text = await info.context.write(
            lambda work: commands.create_api_key(work, input.idempotency_key, wanted, secret)
        )
        return CreatedApiKey(api_key=await _api_key(info, key_id), key=text)

    @mutation(commands.revoke_api_key)
    async def revoke_api_key(self, info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyResult:
        """Make a key good for nothing, from its next request on."""
        key = key_of(input.api_key_id, "ApiKey")
        await info.context.write(lambda work: commands.revoke_api_key(work, key))
        return await _api_key(info, key)


async def _api_key(info: Info, key_id: UUID) -> ApiKey:
    (found,) = await api_keys_by_id(info, [key_id])
    if found is None:
        raise NotFound("ApiKey")
    return found
