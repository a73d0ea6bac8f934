"""Changes of the network: onboarding, terms of trade and customer levels (R3-6, R3-37)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, cast

import strawberry
from strawberry import relay

from app.identities.operations import NewPerson
from app.organisations import commands
from app.organisations.models import (
    OrganisationKind,
    PaymentGate,
    PaymentTerms,
    PaymentWay,
    PriceInstant,
    SalesChannel,
    ShortagePolicy,
    ShownStock,
    UpstreamVisibility,
)
from app.organisations.rules import Terms
from app.schema.context import Info
from app.schema.customer_classes import CustomerClassesMutation
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.organisations import Organisation, TradingRelationship
from app.schema.refusals import Refusal

ActivateOrganisationResult = Annotated[
    Organisation | Refusal, strawberry.union("ActivateOrganisationResult")
]
ChangeOrganisationResult = Annotated[
    Organisation | Refusal, strawberry.union("ChangeOrganisationResult")
]
CreateOrganisationResult = Annotated[
    Organisation | Refusal, strawberry.union("CreateOrganisationResult")
]
OpenRelationshipResult = Annotated[
    TradingRelationship | Refusal, strawberry.union("OpenRelationshipResult")
]
ChangeRelationshipTermsResult = Annotated[
    TradingRelationship | Refusal, strawberry.union("ChangeRelationshipTermsResult")
]
CloseRelationshipResult = Annotated[
    TradingRelationship | Refusal, strawberry.union("CloseRelationshipResult")
]


@strawberry.input
class TermsInput:
    """Terms of trade; what is absent keeps its value, or its default in a new relationship."""

    level_id: relay.GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="The seller's own level; null takes it away."
    )
    territory_id: relay.GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="The seller's own; null takes it away."
    )
    sales_channel: SalesChannel | None = strawberry.field(
        default=strawberry.UNSET, description="Null takes it away."
    )
    payment_terms: PaymentTerms | None = strawberry.UNSET
    payment_gate: PaymentGate | None = strawberry.UNSET
    credit_limit: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="In the relationship's currency; null means none."
    )
    is_credit_unlimited: bool | None = strawberry.UNSET
    price_instant: PriceInstant | None = strawberry.UNSET
    shortage_policy: ShortagePolicy | None = strawberry.UNSET
    needs_review: bool | None = strawberry.UNSET
    minimum_order_value: Decimal | None = strawberry.UNSET
    minimum_shelf_life_days: int | None = strawberry.UNSET
    minimum_shelf_life_percent: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of the SKU's shelf life, where that is more than the days; null means none.",
    )
    delivery_days: int | None = strawberry.UNSET
    allocation_priority: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In a shortage shared by priority the higher comes first.",
    )
    payment_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Days an order may wait once payment is asked for; null means for ever.",
    )
    automatic_receipt_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Days after which what was signed for counts as received; null means never.",
    )
    payment_ways: list[PaymentWay] | None = strawberry.field(
        default=strawberry.UNSET,
        description="How orders may be paid, the usual way first; null means as the terms say.",
    )
    settles_at_receipt: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether what was received is billed at once."
    )
    upstream_visibility: UpstreamVisibility | None = strawberry.UNSET
    shown_stock: ShownStock | None = strawberry.UNSET
    allows_fallback_price: bool | None = strawberry.UNSET
    inherits_prices: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether prices of organisations above stand in where the seller has none.",
    )
    cash_discount_percent: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="Taken off the invoice for the payment term."
    )

    def terms(self) -> Terms:
        """Return the terms that were given; null counts only where it has a meaning."""
        given: dict[str, Any] = {
            name: value
            for name, value in vars(self).items()
            if value is not strawberry.UNSET and (value is not None or name in _CLEARABLE)
        }
        if "level_id" in given:
            given["level_id"] = optional_key_of(given["level_id"], "CustomerLevel")
        if "territory_id" in given:
            given["territory_id"] = optional_key_of(given["territory_id"], "Territory")
        return cast("Terms", given)


@strawberry.input
class NewTermsInput(TermsInput):
    """Terms of a new relationship; the currency is the network's unless given."""

    currency: str | None = strawberry.UNSET


_CLEARABLE = frozenset(
    {
        "level_id",
        "minimum_shelf_life_percent",
        "territory_id",
        "sales_channel",
        "credit_limit",
        "payment_days",
        "payment_ways",
        "automatic_receipt_days",
    }
)


@strawberry.input
class FirstUserInput:
    """Who gets in first; a person who has a sign-in already keeps name and password."""

    name: str
    email: str
    initial_password: str
    role_codes: list[str] = strawberry.field(
        default_factory=list[str],
        description="Built-in roles; none given means ENTERPRISE_ADMIN, for retailers BUYER too.",
    )

    def first_user(self) -> commands.FirstUser:
        """Return what the command understands."""
        person = NewPerson(self.name.strip(), self.email, self.initial_password)
        return commands.FirstUser(person, tuple(self.role_codes))


@strawberry.input
class CreateOrganisationInput:
    """An organisation to be; without a parent it stands below the caller's own.

    For one who runs the whole network it then stands at the top.
    """

    idempotency_key: str
    name: str
    kind: OrganisationKind
    parent_id: relay.GlobalID | None = None
    city: str = ""
    region: str = ""
    country: str = ""
    first_user: FirstUserInput | None = None
    terms: NewTermsInput | None = strawberry.field(
        default=None, description="What it gets from its parent; needs RELATIONSHIP_WRITE too."
    )
    is_prepared: bool = strawberry.field(
        default=False,
        description="Whether it is made ready only: nobody acts in it and nobody orders for it "
        "until it is activated.",
    )
    activates_at: datetime | None = strawberry.field(
        default=None, description="Made ready until then, and activated by the clock alone."
    )

    def new(self) -> commands.NewOrganisation:
        """Return what the command understands."""
        return commands.NewOrganisation(
            name=self.name,
            kind=self.kind,
            parent_id=optional_key_of(self.parent_id, "Organisation"),
            city=self.city,
            region=self.region,
            country=self.country,
            first_user=self.first_user.first_user() if self.first_user else None,
            terms=self.terms.terms() if self.terms else None,
            is_prepared=self.is_prepared,
            activates_at=self.activates_at,
        )


@strawberry.input
class ChangeOrganisationInput:
    """The own organisation's details, all of them; the margin is for fallback prices."""

    name: str
    city: str = ""
    region: str = ""
    country: str = ""
    standard_margin_percent: Decimal | None = None
    needs_price_approval: bool | None = strawberry.field(
        default=None,
        description="Whether a second person must approve price changes; left out, it stays.",
    )

    def details(self) -> commands.Details:
        """Return what the command understands."""
        return commands.Details(
            name=self.name,
            city=self.city,
            region=self.region,
            country=self.country,
            standard_margin_percent=self.standard_margin_percent,
            needs_price_approval=self.needs_price_approval,
        )


@strawberry.input
class OpenRelationshipInput:
    """A customer to be."""

    buyer_id: relay.GlobalID
    terms: NewTermsInput | None = None


@strawberry.input
class ChangeRelationshipTermsInput:
    """Terms to set."""

    relationship_id: relay.GlobalID
    terms: TermsInput


@strawberry.input
class CloseRelationshipInput:
    """A relationship to end, or whose planned end is taken back."""

    relationship_id: relay.GlobalID
    reason: str | None = None
    effective_at: datetime | None = strawberry.field(
        default=None,
        description="When it ends: not in the past, within 366 days; left out, at once.",
    )
    takes_back: bool = strawberry.field(
        default=False, description="Whether the end that is planned is taken back instead."
    )


@strawberry.input
class ActivateOrganisationInput:
    """An organisation that was made ready."""

    organisation_id: relay.GlobalID


@strawberry.type
class OrganisationsMutation(CustomerClassesMutation):
    """What can be done to the network."""

    @mutation(commands.create_organisation)
    async def create_organisation(
        self, info: Info, input: CreateOrganisationInput
    ) -> CreateOrganisationResult:
        """Bring an organisation into the network below a visible one, and let its first user in."""
        new = input.new()
        row = await info.context.write(
            lambda work: commands.create_organisation(work, new, input.idempotency_key)
        )
        return Organisation.of(row, None)

    @mutation(commands.activate_organisation)
    async def activate_organisation(
        self, info: Info, input: ActivateOrganisationInput
    ) -> ActivateOrganisationResult:
        """Let an organisation below that was made ready begin to trade now."""
        organisation_id = key_of(input.organisation_id, "Organisation")
        row = await info.context.write(
            lambda work: commands.activate_organisation(work, organisation_id)
        )
        return Organisation.of(row, None)

    @mutation(commands.change_organisation)
    async def change_organisation(
        self, info: Info, input: ChangeOrganisationInput
    ) -> ChangeOrganisationResult:
        """Replace the own organisation's details."""
        row = await info.context.write(
            lambda work: commands.change_organisation(work, input.details())
        )
        return Organisation.of(row, row.id)

    @mutation(commands.open_relationship)
    async def open_relationship(
        self, info: Info, input: OpenRelationshipInput
    ) -> OpenRelationshipResult:
        """Begin to sell to a visible organisation, from now on."""
        buyer_id = key_of(input.buyer_id, "Organisation")
        terms = input.terms.terms() if input.terms else Terms()
        row = await info.context.write(
            lambda work: commands.open_relationship(work, buyer_id, terms)
        )
        return TradingRelationship.of(row, row.seller_id)

    @mutation(commands.change_relationship_terms)
    async def change_relationship_terms(
        self, info: Info, input: ChangeRelationshipTermsInput
    ) -> ChangeRelationshipTermsResult:
        """Set terms of a relationship in which the own organisation sells."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        terms = input.terms.terms()
        row = await info.context.write(
            lambda work: commands.change_relationship_terms(work, relationship_id, terms)
        )
        return TradingRelationship.of(row, row.seller_id)

    @mutation(commands.close_relationship)
    async def close_relationship(
        self, info: Info, input: CloseRelationshipInput
    ) -> CloseRelationshipResult:
        """End a relationship in which the own organisation sells; open orders run on.

        At once, or at an instant to come, which can be set anew and taken back until then.
        """
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        row = await info.context.write(
            lambda work: commands.close_relationship(
                work,
                relationship_id,
                input.reason,
                input.effective_at,
                takes_back=input.takes_back,
            )
        )
        return TradingRelationship.of(row, row.seller_id)
