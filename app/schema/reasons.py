"""Why somebody may do something or may not, and who may (R3-33)."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.actor import Scope
from app.kernel.errors import Invalid, NotFound
from app.rbac.permissions import Permission
from app.reasons import queries, rules
from app.reasons.rules import ReasonKind, RecordKind
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of, optional_key_of
from app.schema.members import Membership
from app.schema.node import nodes_by_id
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request

strawberry.enum(
    ReasonKind,
    name="PermissionReasonKind",
    description="What a reason speaks of: the person, a role, what remains of it, or the record.",
)


@strawberry.type
class PermissionReason:
    """One link of the chain of reasons; `speaksFor` says whether it lets the person or not."""

    kind: ReasonKind
    speaks_for: bool
    text: str
    role: str | None = strawberry.field(description="The role's name, where it is a role's word.")
    scope: Scope | None

    @classmethod
    def of(cls, found: rules.Reason) -> "PermissionReason":
        """Show a reason."""
        return cls(
            kind=found.kind,
            speaks_for=found.speaks_for,
            text=found.text,
            role=found.role,
            scope=found.scope,
        )


@strawberry.type
class PermissionExplanation:
    """Whether a person may do something at this moment, and the whole chain of reasons.

    It speaks of rights. Whether an order can be cancelled at all now is said by the order itself.
    """

    person: Membership
    permission: Permission
    sentence: str
    may: bool
    scope: Scope | None = strawberry.field(
        description="How far the permission reaches for the person; null where it is not held."
    )
    reasons: list[PermissionReason] = sized(5)


@strawberry.type
class PermittedPerson:
    """Somebody who may, how far, and by which roles."""

    person: Membership
    scope: Scope
    roles: list[str] = strawberry.field(description="Names of the roles that grant it.")

    @classmethod
    def of(cls, found: queries.Permitted) -> "PermittedPerson":
        """Show somebody."""
        return cls(person=Membership.of(found.membership), scope=found.scope, roles=found.roles)


strawberry.enum(rules.CapKind, description=rules.CapKind.__doc__)
strawberry.enum(rules.CapUnit, description=rules.CapUnit.__doc__)


@strawberry.type
class PermissionCap:
    """How far a person may use a permission, and how far it is used now.

    What goes beyond asks for approval, is held or is refused, as whoever set it says.
    """

    kind: rules.CapKind
    permission: Permission
    unit: rules.CapUnit
    name: str | None = strawberry.field(
        description="The budget's, the rule's or the supplier's; null of discounts and of rules "
        "that hold from above."
    )
    currency: str | None = strawberry.field(description="Of money; null of percent.")
    limit: Decimal | None = strawberry.field(
        description="Null where none is set: then no discount may be given, and credit has no end."
    )
    used: Decimal | None = strawberry.field(
        description="The farthest of what is in hand; of a period and of credit all that is used, "
        "by everybody whom it binds."
    )
    limit_percent: Decimal | None = strawberry.field(
        description="Of a discount: the person's own limit, else the highest of their roles; null "
        "where none is set, and then nothing may be given."
    )
    uses: int = strawberry.field(
        description="On how many lines of orders in hand, or in how many such orders, they have "
        "used it: neither drafted, completed, rejected nor cancelled."
    )
    deepest_percent: Decimal | None = strawberry.field(description="The farthest discount.")
    beyond: int = strawberry.field(
        description="How many of these go beyond the limit of now; of a period and of credit 1 "
        "when what is used does."
    )

    @classmethod
    def of(cls, found: rules.Cap) -> "PermissionCap":
        """Show a cap."""
        is_percent = found.unit is rules.CapUnit.PERCENT
        return cls(
            kind=found.kind,
            permission=found.permission,
            unit=found.unit,
            name=found.name,
            currency=found.currency,
            limit=found.limit,
            used=found.used,
            limit_percent=found.limit if is_percent else None,
            uses=found.uses,
            deepest_percent=found.used if is_percent else None,
            beyond=found.beyond,
        )


async def _shown(info: Info, record_id: relay.GlobalID | None) -> queries.Named | None:
    """Name a record that the viewer may see; raises `NotFound` for unknown and foreign ones."""
    if record_id is None:
        return None
    if record_id.type_name not in set(RecordKind):
        kinds = ", ".join(sorted(RecordKind))
        raise Invalid("recordId", f"must be of one of {kinds}")
    kind = RecordKind(record_id.type_name)
    key: UUID = key_of(record_id, kind)
    (node,) = await nodes_by_id(info, [record_id])
    if node is None:
        raise NotFound(kind)
    return queries.Named(kind, key)


@strawberry.type
class ReasonsQuery:
    """Questions about who may do what, and why."""

    @query(queries.explain_permission)
    async def explain_permission(
        self,
        info: Info,
        permission: Permission,
        membership_id: relay.GlobalID | None = None,
        record_id: relay.GlobalID | None = None,
    ) -> PermissionExplanation:
        """Why a person may do something, or may not: oneself, or somebody whose roles one may see.

        Of an order, a trading relationship, an organisation, a price list, a product, a lot or a
        warehouse, if one is named: it must be one that the viewer may see.
        """
        key = optional_key_of(membership_id, "Membership")
        record = await _shown(info, record_id)
        async with info.context.read() as work:
            found = await queries.explain_permission(work, permission, key, record)
        return PermissionExplanation(
            person=Membership.of(found.membership),
            permission=permission,
            sentence=permission.sentence,
            may=found.may,
            scope=found.scope,
            reasons=[PermissionReason.of(each) for each in found.reasons],
        )

    @list_size(10)
    @query(queries.permission_caps)
    async def permission_caps(
        self, info: Info, membership_id: relay.GlobalID | None = None
    ) -> list[PermissionCap]:
        """Every cap on what a person may do, with its unit, and what is used of it now.

        Oneself, or somebody of the own organisation: discounts for who sets authorities there,
        budgets and amounts for approval for who sets these, credit for who reads all invoices.
        """
        key = optional_key_of(membership_id, "Membership")
        async with info.context.read() as work:
            return [PermissionCap.of(each) for each in await queries.permission_caps(work, key)]

    @cost(20)
    @query(queries.people_who_may)
    async def people_who_may(
        self,
        info: Info,
        permission: Permission,
        record_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[PermittedPerson]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Who holds a permission, by name, as far as one may see people; or who may use it there.

        A record must be one that the viewer may see, as of `explainPermission`.
        """
        page = page_request(first, after)
        record = await _shown(info, record_id)
        async with info.context.read() as work:
            found = await queries.people_who_may(work, permission, record, page)
        return connection(found, PermittedPerson.of)
