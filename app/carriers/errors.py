"""What carriers may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class CarrierAddressRefused(Refused):
    """A carrier's software is spoken to at a public address, by TLS."""

    code: ClassVar = "CARRIER_ADDRESS_REFUSED"
    text: ClassVar = "No carrier is spoken to at this address: {problem}."
    field_path: ClassVar = "url"
    problem: str


@dataclass(eq=False)
class CarrierNameTaken(Refused):
    """Carriers of one organisation have names of their own."""

    code: ClassVar = "CARRIER_NAME_TAKEN"
    text: ClassVar = "There is a carrier {name} already."
    field_path: ClassVar = "name"
    name: str


@dataclass(eq=False)
class TooManyCarriers(Refused):
    """An organisation keeps so many carriers at most."""

    code: ClassVar = "TOO_MANY_CARRIERS"
    text: ClassVar = "An organisation has at most {limit} carriers."
    limit: int


@dataclass(eq=False)
class CarrierNotActive(Refused):
    """A carrier that was switched off takes nothing."""

    code: ClassVar = "CARRIER_NOT_ACTIVE"
    text: ClassVar = "{name} is switched off."
    field_path: ClassVar = "carrierId"
    name: str


@dataclass(eq=False)
class UnknownService(Refused):
    """A service level is one of those that the carrier has."""

    code: ClassVar = "UNKNOWN_SERVICE"
    text: ClassVar = "{carrier} has no service {service}."
    field_path: ClassVar = "service"
    carrier: str
    service: str
