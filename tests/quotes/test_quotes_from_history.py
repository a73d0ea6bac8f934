"""Orders placed long ago, computed again from history: nothing of the past was rewritten."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.catalog.models import Product, ReturnableContainer, Sku, SkuPackaging
from app.kernel.money import FreeGoodsTax, TaxMode
from app.orders.models import OrderQuote
from app.organisations.models import TradingRelationship
from app.pricing.models import PriceBand, PriceList
from app.promotions.rules.terms import Eligibility, Limits, ProductScope, SchemeTier
from app.promotions.rules.words import BenefitKind, Lane
from app.quotes.operations import recompute
from app.quotes.rules import from_document, to_document
from app.tenants.models import BandRule, Tenant
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.changes import begun, move, put
from tests.support.documents import command_document
from tests.support.order_terms import band, coupon, place, points, ten_plus_one, trade_of
from tests.support.prices import price
from tests.support.world import LONG_AGO, Person, gid

TOTAL = "query($input: QuoteInput!) { quote(input: $input) { total problems { name } } }"
WISH = {"couponCodes": ["TEA10"], "pointsToRedeem": 7}


@dataclass(frozen=True)
class Past:
    """A chain with everything that a price can depend on, and the seller's admins."""

    chain: Chain
    base: UUID
    level_list: UUID
    level: UUID
    schemes: dict[str, UUID]
    seller: Person
    brand: Person
    buyer: Person

    async def did(self, person: Person, command: str, **given: object) -> str:
        """Give a command; the id of what it changed."""
        answer = await person.ask(command_document(command), input=given)
        outcome = answer.data[command]
        assert outcome["__typename"] != "Refusal", outcome
        return outcome.get("id", "")

    async def changed_price(self, name: str, amount: str) -> str:
        """A change set that sets the SKU's price in both lists from now on."""
        change = await begun(self.seller, name)
        rows = [
            price(self.chain.sku, amount) | {"priceListId": gid("PriceList", each)}
            for each in (self.base, self.level_list)
        ]
        outcome = await put(self.seller, change, *rows)
        assert outcome["faults"] == [], outcome
        moved = await move(self.seller, "submit", change)
        assert moved["__typename"] == "PriceChangeSet", moved
        return change


@pytest.fixture
async def past(world) -> Past:
    async with world.at_once():
        chain = await Chain.create(world)
        level = await world.level(chain.distributor, "Gold")
        base = await world.run(lambda work: work.session.scalar(_list_of(chain)))
        level_list = await world.price(
            chain.distributor, {chain.sku: "2.40"}, kind="LEVEL", level_id=level, name="Gold"
        )
        terms = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
        changes = terms.values(
            level_id=level, cash_discount_percent=2, sales_channel="MODERN_TRADE"
        )
        await world.run(lambda work: work.session.execute(changes))
        crate = ReturnableContainer(name="Crate", deposit=Decimal(8), currency="CNY")
        await world.save(crate)
        packs = update(SkuPackaging).where(SkuPackaging.level == "CASE")
        await world.run(lambda work: work.session.execute(packs.values(container_id=crate.id)))
        trade = trade_of(chain)
        percent = {
            "lane": Lane.LINE,
            "benefit": BenefitKind.PERCENT_OFF,
            "tiers": (SchemeTier(threshold=Decimal(1), benefit=Decimal(5)),),
        }
    schemes = {
        "goods": await trade.scheme(
            "Ten plus one", limits=Limits(goods=Decimal(48)), **ten_plus_one()
        ),
        "category": await trade.scheme(
            "For tea", scope=ProductScope(category_ids=(world.category_id,)), **percent
        ),
        "level": await trade.scheme(
            "For gold", eligibility=Eligibility(level_ids=(level,)), **percent
        ),
        "first": await trade.scheme(
            "First order", eligibility=Eligibility(first_order_only=True), **percent
        ),
        "code": await trade.scheme("With code", needs_coupon=True),
        "draft": await trade.scheme("Still a draft", active=False, **percent),
    }
    await coupon(chain, schemes["code"], "TEA10")
    await points(chain, 50)
    await world.save(
        PriceBand(
            grantor_id=chain.distributor,
            audience="OWN",
            category_id=world.category_id,
            currency="CNY",
            outside="APPROVAL",
            floor=Decimal("2.00"),
            created_at=LONG_AGO,
            valid_from=LONG_AGO,
        )
    )
    await band(chain, "APPROVAL", grantor=chain.brand, floor="2.30")
    return Past(
        chain,
        base,
        level_list,
        level,
        schemes,
        await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Wei"),
        await world.member(chain.brand, "ENTERPRISE_ADMIN"),
        await world.member(chain.retailer, "BUYER"),
    )


def _list_of(chain: Chain):
    return select(PriceList.id).where(PriceList.seller_id == chain.distributor)


async def test_an_order_is_the_same_to_the_last_word_whatever_changed_after_it(past):
    stored = await _placed(past)
    before = to_document(from_document(stored))

    await _everything_changes(past)

    again = await past.chain.world.run(lambda work: recompute(work, from_document(stored)))
    now = await _total(past)
    after = to_document(again)
    assert after["quote"]["lines"] == before["quote"]["lines"]
    assert after == before
    assert now != str(from_document(stored).total)


async def _placed(past: Past) -> dict:
    total = await _total(past, **WISH)
    lines = [{"skuId": gid("Sku", past.chain.sku), "quantity": "20", "packagingLevel": "CASE"}]
    order = await place(past.buyer, past.chain, *lines, seen=total, **WISH)
    assert order["__typename"] == "Order", order
    kept = select(OrderQuote.quote).where(OrderQuote.order_id == key(order["id"]))
    stored = await past.chain.world.run(lambda work: work.session.scalar(kept))
    quote = from_document(stored)
    names = {each.name for each in quote.benefits if each.is_given}
    assert names == {"Ten plus one", "For tea", "For gold", "First order", "With code"}
    assert quote.points_redeemed == 7
    assert quote.lines[1].deposit == 16
    assert quote.lines[0].guard == "NEEDS_APPROVAL"
    return stored


async def _total(past: Past, **more: object) -> str:
    line = {"skuId": gid("Sku", past.chain.sku), "quantity": "20", "packagingLevel": "CASE"}
    relationship = gid("TradingRelationship", past.chain.downstream)
    wish = {"relationshipId": relationship, "lines": [line], **more}
    return (await past.buyer.ask(TOTAL, input=wish)).data["quote"]["total"]


async def _everything_changes(past: Past) -> None:
    chain, world = past.chain, past.chain.world
    slip = await past.changed_price("Slip", "9.90")
    rolled_back = await move(past.seller, "rollBack", slip, reason="slip")
    assert rolled_back["__typename"] == "PriceChangeSet"
    await past.changed_price("Rise", "5.00")
    for name, scheme in past.schemes.items():
        command = "activateTradeScheme" if name == "draft" else "endTradeScheme"
        await past.did(past.seller, command, schemeId=gid("TradeScheme", scheme))
    silver = await world.level(chain.distributor, "Silver")
    terms = {"levelId": gid("CustomerLevel", silver), "cashDiscountPercent": "0"}
    relationship = gid("TradingRelationship", chain.downstream)
    await past.did(past.seller, "changeRelationshipTerms", relationshipId=relationship, terms=terms)
    limits = {"floor": "1.00"}
    bands = "{ priceBands { edges { node { id } } } }"
    (edge,) = (await past.seller.ask(bands)).data["priceBands"]["edges"]
    await past.did(past.seller, "changePriceBand", priceBandId=edge["node"]["id"], limits=limits)
    category = await past.did(past.brand, "createCategory", name="Elsewhere")
    brand = await past.did(past.brand, "createBrand", name="Another brand")
    product = await world.run(
        lambda work: work.session.scalar(
            select(Product.id).join(Sku, Sku.product_id == Product.id).where(Sku.id == chain.sku)
        )
    )
    await past.did(
        past.brand,
        "changeProduct",
        productId=gid("Product", product),
        name="Renamed",
        categoryId=category,
        brandId=brand,
    )
    await _settings_change(past)
    await past.did(
        past.brand, "setPackagingContainer", skuId=gid("Sku", chain.sku), packagingLevel="CASE"
    )


async def _settings_change(past: Past) -> None:
    settings = {
        "band_rule": BandRule.ADVISORY,
        "tax_mode": TaxMode.PER_GROUP,
        "free_goods_tax": FreeGoodsTax.SUPPLY_BUYER_BEARS,
    }
    await past.chain.world.run(
        lambda work: work.session.execute(
            update(Tenant).where(Tenant.id == work.tenant_id).values(settings)
        )
    )
