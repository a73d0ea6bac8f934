"""Companies register with a seller by its link, and the seller decides (R3-6, R1-8)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.organisations.rules import Terms
from app.people import models
from app.people.commands import registering
from app.people.commands import registrations as commands
from app.people.queries import registrations as queries
from app.people.rules import Application, RegistrationState
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisation_changes import NewTermsInput
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(RegistrationState, description=RegistrationState.__doc__)


@strawberry.type
class RegistrationLink(relay.Node):
    """A seller's way in for companies: whoever has the token may register, until it is closed."""

    id: relay.NodeID[UUID]
    label: str
    most_a_day: int = strawberry.field(description="Registrations that it takes in 24 hours.")
    opened_at: datetime
    closed_at: datetime | None
    token_id: strawberry.Private[UUID]

    @strawberry.field
    def token(self, info: Info) -> str:
        """What `register` takes; put it into the link that customers are given."""
        return _keys(info).text(Purpose.REGISTRATION_LINK, self.token_id)

    @classmethod
    def of(cls, row: models.RegistrationLink) -> "RegistrationLink":
        """Show a link to its seller."""
        return cls(
            id=row.id,
            label=row.label,
            most_a_day=row.most_a_day,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            token_id=row.token_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["RegistrationLink | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.links_by_id(work, ids), RegistrationLink.of)


@strawberry.type
class Registration(relay.Node):
    """A company that asks to become the own organisation's customer, with a proven e-mail."""

    id: relay.NodeID[UUID]
    state: RegistrationState
    company_name: str
    tax_number: str
    street: str
    city: str
    region: str
    country: str
    contact_name: str
    telephone: str
    email: str
    asked_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None
    reason: str | None
    organisation_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def organisation(
        registrations: list["Registration"],
        info: Info,
    ) -> list[Organisation | None]:
        """What it has become when it was approved."""
        return await organisations_by_id(info, [each.organisation_id for each in registrations])

    @classmethod
    def of(cls, row: models.Registration) -> "Registration":
        """Show a registration to its seller."""
        return cls(
            id=row.id,
            state=RegistrationState(row.state),
            company_name=row.company_name,
            tax_number=row.tax_number,
            street=row.street,
            city=row.city,
            region=row.region,
            country=row.country,
            contact_name=row.contact_name,
            telephone=row.telephone,
            email=row.email,
            asked_at=row.asked_at,
            confirmed_at=row.confirmed_at,
            decided_at=row.decided_at,
            reason=row.reason,
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Registration | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.registrations_by_id(work, ids), Registration.of)


@strawberry.type
class RegistrationReceived:
    """That a letter with a link was written to the address, whoever has it."""

    email: str


@strawberry.type
class RegistrationConfirmed:
    """That the seller now sees the registration; it answers by e-mail."""

    seller_name: str


@strawberry.input
class OpenRegistrationLinkInput:
    """What the link is for, in the seller's own words, and how much it takes."""

    label: str
    most_a_day: int = 50


@strawberry.input
class CloseRegistrationLinkInput:
    """A link to close."""

    link_id: relay.GlobalID


@strawberry.input
class RegisterInput:
    """The token of a seller's link, and what the company says of itself."""

    token: str
    company_name: str
    tax_number: str
    street: str
    city: str
    region: str = ""
    country: str = ""
    contact_name: str
    telephone: str = ""
    email: str

    def application(self) -> Application:
        """Return what the command understands."""
        return Application(
            company_name=self.company_name,
            tax_number=self.tax_number,
            street=self.street,
            city=self.city,
            region=self.region,
            country=self.country,
            contact_name=self.contact_name,
            telephone=self.telephone,
        )


@strawberry.input
class ConfirmRegistrationInput:
    """The token of the letter; the password counts only if the e-mail is new to the platform."""

    token: str
    password: str


@strawberry.input
class ApproveRegistrationInput:
    """A registration to approve, and the terms to sell on; without them the buyer is prepaid."""

    registration_id: relay.GlobalID
    terms: NewTermsInput | None = None


@strawberry.input
class RefuseRegistrationInput:
    """A registration to refuse, and what the company is told."""

    registration_id: relay.GlobalID
    reason: str


OpenRegistrationLinkResult = Annotated[
    RegistrationLink | Refusal, strawberry.union("OpenRegistrationLinkResult")
]
CloseRegistrationLinkResult = Annotated[
    RegistrationLink | Refusal, strawberry.union("CloseRegistrationLinkResult")
]
RegisterResult = Annotated[RegistrationReceived | Refusal, strawberry.union("RegisterResult")]
ConfirmRegistrationResult = Annotated[
    RegistrationConfirmed | Refusal, strawberry.union("ConfirmRegistrationResult")
]
ApproveRegistrationResult = Annotated[
    Registration | Refusal, strawberry.union("ApproveRegistrationResult")
]
RefuseRegistrationResult = Annotated[
    Registration | Refusal, strawberry.union("RefuseRegistrationResult")
]


@strawberry.type
class RegistrationsQuery:
    """Questions about who has registered."""

    @query(queries.registration_links)
    async def registration_links(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[RegistrationLink]:
        """The own organisation's links for registration, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.registration_links(work, page), RegistrationLink.of)

    @query(queries.registrations)
    async def registrations(
        self,
        info: Info,
        state: RegistrationState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Registration]:
        """Who has registered with the own organisation and proven the e-mail, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.registrations(work, page, state), Registration.of)


@strawberry.type
class RegistrationsMutation:
    """What can be done about registering."""

    @mutation(commands.open_registration_link)
    async def open_registration_link(
        self, info: Info, input: OpenRegistrationLinkInput
    ) -> OpenRegistrationLinkResult:
        """Let whoever gets the link register with the own organisation."""
        row = await info.context.write(
            lambda work: commands.open_registration_link(work, input.label, input.most_a_day)
        )
        return RegistrationLink.of(row)

    @mutation(commands.close_registration_link)
    async def close_registration_link(
        self, info: Info, input: CloseRegistrationLinkInput
    ) -> CloseRegistrationLinkResult:
        """Take no more registrations by a link."""
        link_id = key_of(input.link_id, "RegistrationLink")
        row = await info.context.write(lambda work: commands.close_registration_link(work, link_id))
        return RegistrationLink.of(row)

    @mutation(registering.register)
    async def register(self, info: Info, input: RegisterInput) -> RegisterResult:
        """Ask to become a seller's customer; a letter asks to confirm the e-mail."""
        keys, application = _keys(info), input.application()
        email = await info.context.write_as_anyone(
            lambda work: registering.register(work, keys, input.token, input.email, application)
        )
        return RegistrationReceived(email=email)

    @cost(100)
    @mutation(registering.confirm_registration)
    async def confirm_registration(
        self, info: Info, input: ConfirmRegistrationInput
    ) -> ConfirmRegistrationResult:
        """Confirm the e-mail of a registration, so that the seller sees it."""
        keys = _keys(info)
        name = await info.context.write_as_anyone(
            lambda work: registering.confirm_registration(work, keys, input.token, input.password)
        )
        return RegistrationConfirmed(seller_name=name)

    @mutation(commands.approve_registration)
    async def approve_registration(
        self, info: Info, input: ApproveRegistrationInput
    ) -> ApproveRegistrationResult:
        """Make a registered company a customer: organisation, relationship and first user."""
        registration_id = key_of(input.registration_id, "Registration")
        terms = input.terms.terms() if input.terms else Terms()
        row = await info.context.write(
            lambda work: commands.approve_registration(work, registration_id, terms)
        )
        return Registration.of(row)

    @mutation(commands.refuse_registration)
    async def refuse_registration(
        self, info: Info, input: RefuseRegistrationInput
    ) -> RefuseRegistrationResult:
        """Refuse a registered company, with the reason."""
        registration_id = key_of(input.registration_id, "Registration")
        row = await info.context.write(
            lambda work: commands.refuse_registration(work, registration_id, input.reason)
        )
        return Registration.of(row)


def _keys(info: Info) -> OneTimeKeys:
    return OneTimeKeys(info.context.services.keys.secret)
