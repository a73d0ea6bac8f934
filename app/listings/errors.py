"""What may be refused on the way to the shelf."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class ReviewNeeded(Refused):
    """The seller lists only what a second person has reviewed (R2-9)."""

    code: ClassVar = "REVIEW_NEEDED"
    text: ClassVar = "{product} must be submitted and approved before it is listed."
    field_path: ClassVar = "productId"
    product: str


@dataclass(eq=False)
class ReviewedByAuthor(Refused):
    """Nobody reviews what they submitted themselves."""

    code: ClassVar = "REVIEWED_BY_AUTHOR"
    text: ClassVar = "You submitted {product} yourself; somebody else must review it."
    field_path: ClassVar = "productId"
    product: str


@dataclass(eq=False)
class NotUnderReview(Refused):
    """Only what waits for a review is approved or refused."""

    code: ClassVar = "NOT_UNDER_REVIEW"
    text: ClassVar = "{product} is not waiting for a review."
    field_path: ClassVar = "productId"
    product: str


@dataclass(eq=False)
class ChangedSinceSubmitted(Refused):
    """What was submitted is not what stands there now."""

    code: ClassVar = "CHANGED_SINCE_SUBMITTED"
    text: ClassVar = "{product} was changed since it was submitted; it must be submitted again."
    field_path: ClassVar = "productId"
    product: str


@dataclass(eq=False)
class ListedAlready(Refused):
    """What is on sale needs no review to get there."""

    code: ClassVar = "LISTED_ALREADY"
    text: ClassVar = "{product} is listed already."
    field_path: ClassVar = "productId"
    product: str


@dataclass(eq=False)
class NotOnDisplay(Refused):
    """Only of what is listed can be said that its display is right (R2-12)."""

    code: ClassVar = "NOT_ON_DISPLAY"
    text: ClassVar = "{product} is not listed, so there is no display to confirm."
    field_path: ClassVar = "productId"
    product: str
