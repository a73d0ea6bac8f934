"""Who asks for a price: a real buyer, or one that is only imagined."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.organisations.models import TradingRelationship
from app.pricing.operations.lines import Facts
from app.pricing.rules import RequestLine, TaxMode


@dataclass(frozen=True, slots=True)
class Audience:
    """To which lists of a seller somebody belongs.

    Levels and territories stand for themselves and for all above them, which the database adds;
    the groups of the relationship are added likewise. Without a relationship the audience is
    imagined: a level alone, as in a grid of prices by level. One that `is_whole` names all of its
    levels, territories and groups, as they were at another time: nothing is added.
    """

    relationship_id: UUID | None = None
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channel: str | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One end of a trade: from whom somebody buys, in which currency, and on which footing."""

    seller_id: UUID
    buyer_id: UUID
    currency: str
    audience: Audience = field(default_factory=Audience)
    allows_fallback_price: bool = False
    inherits_prices: bool = False


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What stays the same however far up the chain prices are looked for.

    known_at asks for prices as they were known then, none as they are known now. The rows of the
    change sets, in the order of their ids here, are laid over the rows in force. of_all_time reads
    rows out of time too, so that the losers name them.
    """

    facts: Facts
    lines: tuple[RequestLine, ...]
    instant: datetime
    tax_mode: TaxMode = TaxMode.PER_LINE
    of_all_time: bool = False
    known_at: datetime | None = None
    change_set_ids: tuple[UUID, ...] = ()


def asker_of(relationship: TradingRelationship) -> Asker:
    """Say who asks in a trading relationship."""
    level, territory = relationship.level_id, relationship.territory_id
    return Asker(
        seller_id=relationship.seller_id,
        buyer_id=relationship.buyer_id,
        currency=relationship.currency,
        audience=Audience(
            relationship_id=relationship.id,
            level_ids=(level,) if level else (),
            territory_ids=(territory,) if territory else (),
            channel=relationship.sales_channel,
        ),
        allows_fallback_price=relationship.allows_fallback_price,
        inherits_prices=relationship.inherits_prices,
    )
