"""What a process must be told to deal with carriers."""

from dataclasses import dataclass

from app.carriers.rules.signing import CarrierKeys


@dataclass(frozen=True, slots=True)
class CarrierTerms:
    """How secrets are made, and whether this machine itself may be spoken to."""

    keys: CarrierKeys
    allows_loopback: bool = False
