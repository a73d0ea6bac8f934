"""What catalog may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class SkuCodeTaken(Refused):
    """SKU codes are unique among those of one owner; what others call so is nobody's business."""

    code: ClassVar = "SKU_CODE_TAKEN"
    text: ClassVar = "You have a SKU with the code {sku_code} already."
    field_path: ClassVar = "skus"
    sku_code: str


@dataclass(eq=False)
class CatalogNameTaken(Refused):
    """Names of brands, tax categories and sister categories are unique in a network."""

    code: ClassVar = "CATALOG_NAME_TAKEN"
    text: ClassVar = "A {kind} named {name} exists already."
    field_path: ClassVar = "name"
    kind: str
    name: str


@dataclass(eq=False)
class CategoryRetired(Refused):
    """Nothing new goes into a retired category, and what is in it is not listed (R0-9)."""

    code: ClassVar = "CATEGORY_RETIRED"
    text: ClassVar = "The category {category} is retired; choose another."
    field_path: ClassVar = "categoryId"
    category: str


@dataclass(eq=False)
class CategoryInUse(Refused):
    """A category is retired when nothing that is sold stands in it, nor any open category."""

    code: ClassVar = "CATEGORY_IN_USE"
    text: ClassVar = "{category} cannot be retired: {why}."
    field_path: ClassVar = "categoryId"
    category: str
    why: str


@dataclass(eq=False)
class CategoryWithinItself(Refused):
    """A category cannot stand below itself."""

    code: ClassVar = "CATEGORY_WITHIN_ITSELF"
    text: ClassVar = "{category} cannot be moved below itself."
    field_path: ClassVar = "parentId"
    category: str


@dataclass(eq=False)
class GtinTaken(Refused):
    """A GTIN names one packaging unit of one SKU among those of one owner."""

    code: ClassVar = "GTIN_TAKEN"
    text: ClassVar = "The GTIN {gtin} is already used by another of your packaging units."
    field_path: ClassVar = "gtin"
    gtin: str


@dataclass(eq=False)
class GtinWrong(Refused):
    """The check digit of GS1 does not match."""

    code: ClassVar = "GTIN_WRONG"
    text: ClassVar = "{gtin} is not a GTIN: its check digit does not match."
    field_path: ClassVar = "gtin"
    gtin: str


@dataclass(eq=False)
class ListingIncomplete(Refused):
    """A listing needs complete data (R2-7)."""

    code: ClassVar = "LISTING_INCOMPLETE"
    text: ClassVar = "{product} cannot be listed yet: {missing}."
    field_path: ClassVar = "productId"
    product: str
    missing: str


@dataclass(eq=False)
class NotListed(Refused):
    """The product is a draft or delisted."""

    code: ClassVar = "NOT_LISTED"
    text: ClassVar = "{sku} is not listed and cannot be ordered."
    field_path: ClassVar = "skuId"
    sku: str


@dataclass(eq=False)
class NoSuchPackaging(Refused):
    """The SKU has no such packaging unit."""

    code: ClassVar = "NO_SUCH_PACKAGING"
    text: ClassVar = "{sku} is not packed by {level}; possible: {possible}."
    field_path: ClassVar = "packagingLevel"
    sku: str
    level: str
    possible: str


@dataclass(eq=False)
class FractionalPieces(Refused):
    """Only whole pieces can be handed out."""

    code: ClassVar = "FRACTIONAL_PIECES"
    text: ClassVar = "{quantity} {level} of {sku} are not whole pieces."
    field_path: ClassVar = "quantity"
    sku: str
    level: str
    quantity: Decimal


@dataclass(eq=False)
class PictureUnreadable(Refused):
    """What was sent begins like a picture and is none, or is broken."""

    code: ClassVar = "PICTURE_UNREADABLE"
    text: ClassVar = "The file is no picture that can be read."
    field_path: ClassVar = "fileId"


@dataclass(eq=False)
class PictureTooLarge(Refused):
    """A small file may unpack to more pixels than a server holds."""

    code: ClassVar = "PICTURE_TOO_LARGE"
    text: ClassVar = "The picture has more than {most} pixels."
    field_path: ClassVar = "fileId"
    most: str
