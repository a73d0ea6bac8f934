"""Changes of carriers: who they are, how they are spoken to, and their secrets."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.carriers import commands
from app.carriers.operations import Service
from app.carriers.terms import CarrierTerms
from app.schema.carrier_terms import CarrierAgreementInput, CarrierRuleInput
from app.schema.carriers import Carrier, carriers_by_id
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.input
class CarrierServiceInput:
    """A service level: a code that the carrier knows, and in how many days it brings goods."""

    code: str
    name: str
    days: int | None = None


@strawberry.input
class CreateCarrierInput:
    """Who carries goods. With `url` its software is asked there, else people ask it.

    `trackingAddress` holds {trackingNumber}, which is filled in for each shipment. `rules` say
    which orders it takes, `agreements` what it promised.
    """

    idempotency_key: str
    name: str
    url: str | None = None
    tracking_address: str = ""
    services: list[CarrierServiceInput] | None = None
    rules: list[CarrierRuleInput] | None = None
    agreements: list[CarrierAgreementInput] | None = None


@strawberry.input
class ChangeCarrierInput:
    """What is known of a carrier from now on, all of it; switched off it takes no shipments.

    Rules and agreements that are left out stay; an empty list takes them away.
    """

    carrier_id: relay.GlobalID
    name: str
    url: str | None = None
    tracking_address: str = ""
    services: list[CarrierServiceInput] | None = None
    rules: list[CarrierRuleInput] | None = None
    agreements: list[CarrierAgreementInput] | None = None
    is_active: bool = True


@strawberry.input
class RotateCarrierSecretsInput:
    """A carrier, and for how many hours the secrets of now stay valid beside the new ones."""

    carrier_id: relay.GlobalID
    old_secret_hours: int = 24


@strawberry.type
class CarrierSecrets:
    """The secrets that are shared with a carrier, shown this once."""

    requests: str = strawberry.field(description="With which we sign what the carrier is asked.")
    reports: str = strawberry.field(description="With which the carrier signs what it reports.")


@strawberry.type
class CreatedCarrier:
    """A new carrier, with its secrets."""

    carrier: Carrier
    secrets: CarrierSecrets | None = strawberry.field(
        description="Shown this once: null when the same idempotency key is used again."
    )


@strawberry.type
class RotatedCarrierSecrets:
    """A carrier with its new secrets."""

    carrier: Carrier
    secrets: CarrierSecrets


CreateCarrierResult = Annotated[CreatedCarrier | Refusal, strawberry.union("CreateCarrierResult")]
ChangeCarrierResult = Annotated[Carrier | Refusal, strawberry.union("ChangeCarrierResult")]
RotateCarrierSecretsResult = Annotated[
    RotatedCarrierSecrets | Refusal, strawberry.union("RotateCarrierSecretsResult")
]


@strawberry.type
class CarriersMutation:
    """What can be done about carriers."""

    @mutation(commands.create_carrier)
    async def create_carrier(self, info: Info, input: CreateCarrierInput) -> CreateCarrierResult:
        """Keep a carrier; its secrets are shown this once (R0-11)."""
        terms = carrier_terms(info)
        carrier_id, secrets = await info.context.write(
            lambda work: commands.create_carrier(
                work,
                input.idempotency_key,
                _given(input),
                terms.keys,
                allows_loopback=terms.allows_loopback,
            )
        )
        return CreatedCarrier(
            carrier=await _carrier(info, carrier_id), secrets=secrets and _shown(secrets)
        )

    @mutation(commands.change_carrier)
    async def change_carrier(self, info: Info, input: ChangeCarrierInput) -> ChangeCarrierResult:
        """Say anew what is known of a carrier; what it carries already goes on."""
        key, terms = key_of(input.carrier_id, "Carrier"), carrier_terms(info)
        await info.context.write(
            lambda work: commands.change_carrier(
                work,
                key,
                _given(input),
                is_active=input.is_active,
                allows_loopback=terms.allows_loopback,
            )
        )
        return await _carrier(info, key)

    @mutation(commands.rotate_carrier_secrets)
    async def rotate_carrier_secrets(
        self, info: Info, input: RotateCarrierSecretsInput
    ) -> RotateCarrierSecretsResult:
        """Make new secrets; those of now stay valid beside them for a day, unless told."""
        key, terms = key_of(input.carrier_id, "Carrier"), carrier_terms(info)
        secrets = await info.context.write(
            lambda work: commands.rotate_carrier_secrets(
                work, key, terms.keys, input.old_secret_hours
            )
        )
        return RotatedCarrierSecrets(carrier=await _carrier(info, key), secrets=_shown(secrets))


def carrier_terms(info: Info) -> CarrierTerms:
    """Return how secrets of carriers and of deliveries are made in this process."""
    terms = info.context.services.carriers
    if terms is None:
        msg = "this process was made without terms for carriers"
        raise LookupError(msg)
    return terms


def _given(input: CreateCarrierInput | ChangeCarrierInput) -> commands.CarrierTermsGiven:
    services = [Service(each.code, each.name, each.days) for each in input.services or ()]
    return commands.CarrierTermsGiven(
        input.name,
        input.url,
        input.tracking_address,
        services,
        None if input.rules is None else [each.rule() for each in input.rules],
        None if input.agreements is None else [each.agreement() for each in input.agreements],
    )


def _shown(secrets: commands.Secrets) -> CarrierSecrets:
    return CarrierSecrets(requests=secrets.requests, reports=secrets.reports)


async def _carrier(info: Info, key: UUID) -> Carrier:
    (found,) = await carriers_by_id(info, [key])
    assert found is not None
    return found
