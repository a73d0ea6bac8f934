"""The words of price changes, bands and rows of them."""

from enum import StrEnum


class ChangeSetStatus(StrEnum):
    """Where a price change stands by what people did; time makes the rest of it.

    AWAITING_GRANTOR is approved by the seller, and waits for those whose bands its prices leave.
    APPROVED is scheduled until its first price begins, then active, and superseded once none of
    its prices is in force or still to come: `ChangeSetState` says which.
    """

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    AWAITING_GRANTOR = "AWAITING_GRANTOR"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    ROLLED_BACK = "ROLLED_BACK"


class OutsideBand(StrEnum):
    """What becomes of a price outside its band."""

    REFUSE = "REFUSE"
    APPROVAL = "APPROVAL"


class BandAudience(StrEnum):
    """Whose prices a band binds: the grantor's own, one buyer's, a level's or all buyers'."""

    OWN = "OWN"
    RELATIONSHIP = "RELATIONSHIP"
    LEVEL = "LEVEL"
    ALL_BUYERS = "ALL_BUYERS"
