"""The networks that trade in the laboratory: each a distributor, shops, goods, rules and prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.approvals.models import ApprovalRule
from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.kernel.actor import system_actor
from app.organisations.models import Organisation
from app.pricing.models import PriceList
from app.promotions.models import SchemeBudget, TradeScheme, TradeSchemeVersion
from app.promotions.rules.words import SchemeStatus
from replay.folder import Place, Product, Record, RecordedLine, RecordedOrder
from replay.network import CURRENCY, SINCE, Network, global_id, load_network

SELLER = 1
GOODS = 6
_APPROVAL_FROM = Decimal(150)
_BUDGET = Decimal(1_000_000)
_TERMS: dict[str, Any] = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "60", "benefit": "3"}],
    "currency": CURRENCY,
    "limits": {"money": str(_BUDGET)},
}


@dataclass(frozen=True, slots=True)
class Trading:
    """A network, the shops that buy of its distributor, and the distributor's price list."""

    network: Network
    shops: Sequence[int]
    price_list: str


async def found(database: Database, shops: int) -> Trading:
    """Write a network with so many shops; large orders need approval, a scheme has a budget."""
    places = range(1, 1 + shops)
    network = await load_network(database, _record(places))
    actor = acting_as(system_actor(network.tenant_id, "chaos"))
    price_list = await perform(database, network.tenant_id, actor, _furnish)
    return Trading(network, places, price_list)


def _record(places: Sequence[int]) -> Record:
    goods = [
        Product(
            number, "Riverside", f"Tea {number}", str(number), ("Drink",), Decimal(number), 12, 4
        )
        for number in range(1, 1 + GOODS)
    ]
    lines = (RecordedLine(1, 1, 1),)
    return Record(
        products=goods,
        warehouses=[Place(SELLER, "East Distribution", "", "", "", serves=1)],
        stores=[Place(number, f"Shop {number}", "", "", "") for number in places],
        orders=[RecordedOrder(1, SELLER, number, lines) for number in places],
    )


async def _furnish(work: Work) -> str:
    seller = await work.session.scalar(
        select(Organisation.id).where(Organisation.name == "East Distribution")
    )
    assert seller is not None
    rule = ApprovalRule(
        organisation_id=seller, threshold=_APPROVAL_FROM, currency=CURRENCY, created_at=SINCE
    )
    scheme = TradeScheme(
        seller_id=seller,
        name="Spring",
        status=SchemeStatus.ACTIVE,
        created_at=SINCE,
        activated_at=SINCE,
    )
    await work.save(rule, scheme)
    version = TradeSchemeVersion(
        scheme_id=scheme.id, number=1, terms=_TERMS, valid_from=SINCE, known_from=SINCE
    )
    await work.save(version, SchemeBudget(scheme_id=scheme.id, money_limit=_BUDGET))
    listed = select(PriceList.id).where(PriceList.seller_id == seller)
    return global_id("PriceList", (await work.session.scalars(listed)).one())
