"""What packing may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NoCompanyPrefix(Refused):
    """Packages are numbered under the GS1 company prefix of who sends them."""

    code: ClassVar = "NO_COMPANY_PREFIX"
    text: ClassVar = "The organisation has no GS1 company prefix; setBillingDetails sets it."
    field_path: ClassVar = "shipmentId"


@dataclass(eq=False)
class CompanyPrefixUsedUp(Refused):
    """A company prefix has so many numbers, and none is given out twice."""

    code: ClassVar = "COMPANY_PREFIX_USED_UP"
    text: ClassVar = "The GS1 company prefix {prefix} has no number left for a package."
    field_path: ClassVar = "packages"
    prefix: str


@dataclass(eq=False)
class PackagesDiffer(Refused):
    """The packages of a shipment hold what travels in it: no piece more and none less."""

    code: ClassVar = "PACKAGES_DIFFER"
    text: ClassVar = "{packed} pieces of {sku} are in packages, {travelling} are in the shipment."
    field_path: ClassVar = "packages"
    sku: str
    packed: Decimal
    travelling: Decimal
