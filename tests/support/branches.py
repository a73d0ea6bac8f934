"""A branch of a network with something of every kind in it, each order where it can be moved.

`things` holds global ids by name: `Order:SHIPPED` is an order that is shipped, `OrderLine:SHIPPED`
its line, `Shipment:SHIPPED` its shipment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from strawberry import relay

from app.audit.models import AuditEntry
from app.catalog.models import Product, Sku
from app.inventory.models import StockLot, StockMove, Warehouse
from app.inventory.operations import Receipt, receive
from app.kernel.ids import new_id
from app.orders.models import OrderException, Shortage
from app.organisations.models import Organisation
from app.pricing.models import PriceChangeRow, PriceEntry
from tests.support.absent import delegation
from tests.support.api_keys import add_api_key
from tests.support.billed import add_billing_details, add_credit
from tests.support.budgets import add_budgets
from tests.support.care_scene import add_care
from tests.support.carried import add_carriers
from tests.support.documents import command_document
from tests.support.files import PNG, add_files, uploaded
from tests.support.granting import add_requests
from tests.support.held import hold
from tests.support.hooks import add_webhooks
from tests.support.jobs import dead_job
from tests.support.joining import add_joining
from tests.support.moves import add_move
from tests.support.notifications import told, told_daily, worded
from tests.support.online import add_online_payment
from tests.support.ordering_scene import add_ordering
from tests.support.packed import add_packages
from tests.support.promoted import promote
from tests.support.provided import add_provider
from tests.support.scarce import add_alerts, add_plan, add_quota, add_transfers, add_wave
from tests.support.selling import add_selling
from tests.support.shelves import add_shelves
from tests.support.staffed import add_people
from tests.support.trials import add_trial_request
from tests.support.world import Answer, Person, World, gid

QUOTE = "query($input: QuoteInput!) { quote(input: $input) { gross } }"
_PLACES = count()
STRONGEST = ("ENTERPRISE_ADMIN", "SALES", "SERVICE", "WAREHOUSE", "BUYER")


def key(global_id: str) -> UUID:
    """The row's identifier behind a global id."""
    return UUID(relay.GlobalID.from_id(global_id).node_id)


@dataclass
class Branch:
    """A distributor, its retailer, and whatever the two of them have.

    `secret` stands in every name, note and code that is theirs; `figures` are prices and amounts
    that nobody else has.
    """

    world: World
    secret: str
    brand: UUID
    distributor: UUID
    retailer: UUID
    seller: Person
    buyer: Person
    colleague: Person
    maker: Person
    sku: UUID
    figures: Mapping[str, str]
    things: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        return self.seller.email if name == "e-mail" else self.things[name]

    @property
    def marks(self) -> set[str]:
        """Texts that no stranger's answer may hold."""
        ids = {str(key(item)) for name, item in self.things.items() if "@network" not in name}
        gids = {item for name, item in self.things.items() if "@network" not in name}
        return {self.secret, *ids, *gids, *self.numbers}

    def person(self, side: str) -> Person:
        people = {"seller": self.seller, "buyer": self.buyer, "colleague": self.colleague}
        return {**people, "brand": self.maker}[side]

    async def do(self, side: str, command: str, /, **given: Any) -> dict[str, Any]:
        """Give a command as the seller's or the buyer's person; it must succeed."""
        answer: Answer = await self.person(side).ask(command_document(command), input=given)
        done = answer.data[command]
        assert done["__typename"] != "Refusal", (command, done)
        return done


async def fill(world: World, brand: UUID) -> Branch:
    """Plant a distributor with a retailer below the brand, and let them trade."""
    secret = f"Quetzal{new_id().hex[-10:]}"
    async with world.at_once():
        distributor = await world.organisation(f"{secret} Trade", parent=brand)
        retailer = await world.organisation(f"{secret} Shop", "RETAILER", parent=distributor)
        seller = await world.member(distributor, *STRONGEST, name=f"{secret} Seller")
        buyer = await world.member(retailer, *STRONGEST, name=f"{secret} Buyer")
        colleague = await world.member(distributor, "ENTERPRISE_ADMIN", name=f"{secret} Colleague")
        maker = await world.member(brand, "ENTERPRISE_ADMIN")
        sku = await world.sku(brand, f"Tea {new_id().hex[-6:]}", case=24)
        figures = _figures(next(_PLACES) % 90 + 10)
        people = seller, buyer, colleague, maker
        branch = Branch(world, secret, brand, distributor, retailer, *people, sku, figures)
    await _terms(branch)
    await add_people(branch)
    await _catalogue(branch)
    await add_shelves(branch.do, branch.things, branch.secret, branch.seller)
    await add_selling(branch)
    await _price_changes(branch)
    await add_requests(branch)
    await _stock(branch)
    await add_quota(branch)
    await add_alerts(branch)
    await add_transfers(branch)
    await add_budgets(branch)
    await _orders(branch)
    await add_wave(branch)
    await add_plan(branch)
    await add_carriers(branch)
    branch.things |= await add_packages(branch)
    await promote(branch)
    branch.things |= await add_ordering(branch)
    branch.things |= await add_care(branch)
    branch.things |= await add_move(branch)
    branch.things |= await add_joining(branch)
    branch.things |= await add_api_key(branch.seller)
    branch.things |= await add_provider(branch.seller)
    branch.things |= await add_files(branch)
    branch.things |= await add_trial_request(world)
    branch.things |= await add_webhooks(branch, key(branch["Order:SHIPPED"]))
    await told_daily(world, seller)
    await worded(world, distributor, branch.secret)
    branch.things["Notification"] = gid("Notification", (await told(world, seller))[0])
    branch.things |= {
        "Organisation": gid("Organisation", distributor),
        "Organisation:BUYER": gid("Organisation", retailer),
        "Tenant@network": gid("Tenant", world.tenant_id),
        "DeadJob@network": gid("DeadJob", await dead_job(world)),
    }
    return branch


def _figures(place: int) -> Mapping[str, str]:
    """Amounts of which no two branches have the same, whatever they are called."""
    return {
        "price paid": f"2.16{place}",
        "price asked": f"2.64{place}",
        "price drafted": f"2.70{place}",
        "shelf price": f"2.01{place}",
        "floor granted": f"3.14{place}",
        "ceiling granted": f"998.17{place}",
        "stock": f"7300{place}",
        "points": f"88000{place}",
    }


async def _terms(branch: Branch) -> None:
    world, seller = branch.world, branch.distributor
    async with world.at_once():
        upstream = await world.relationship(branch.brand, seller)
        downstream = await world.relationship(seller, branch.retailer)
        level = await world.level(seller, f"{branch.secret} level")
        paid = {branch.sku: branch.figures["price paid"]}
        await world.price(branch.brand, paid, kind="BUYER", relationship_id=upstream)
        asked = {branch.sku: branch.figures["price asked"]}
        prices = await world.price(seller, asked, name=f"{branch.secret} prices")
        entry = select(PriceEntry.id).where(PriceEntry.price_list_id == prices)
    branch.things |= {
        "TradingRelationship": gid("TradingRelationship", downstream),
        "TradingRelationship:UPSTREAM": gid("TradingRelationship", upstream),
        "CustomerLevel": gid("CustomerLevel", level),
        "PriceList": gid("PriceList", prices),
        "PriceVersion": gid("PriceVersion", await _one(branch, entry)),
        "PriceEntry": gid("PriceEntry", await _one(branch, entry)),
    }


async def _catalogue(branch: Branch) -> None:
    """A draft of the distributor's own, and the network's words, which all its people may see."""
    world = branch.world
    draft = await world.sku(branch.distributor, f"{branch.secret} product", status="DRAFT")
    product = await _one(branch, select(Sku.product_id).where(Sku.id == draft))
    listed = await _one(branch, select(Sku.product_id).where(Sku.id == branch.sku))
    category = select(Product.category_id).where(Product.id == product)
    branch.things |= {
        "Product": gid("Product", product),
        "Sku:DRAFT": gid("Sku", draft),
        "Product@network": gid("Product", listed),
        "Sku@network": gid("Sku", branch.sku),
        "Brand@network": gid("Brand", world.brand_id or ""),
        "TaxCategory@network": gid("TaxCategory", world.tax_category_id or ""),
        "Category@network": gid("Category", await _one(branch, category)),
    }


async def _price_changes(branch: Branch) -> None:
    """One price change in each status from which a command could move it."""
    for name in ("", "DRAFT", "DRAFT:2", "SUBMITTED", "SUBMITTED:2", "APPROVED"):
        await _price_change(branch, f"PriceChangeSet:{name}".removesuffix(":"))
    await branch.do(
        "colleague", "submitPriceChangeSet", changeSetId=branch["PriceChangeSet:APPROVED"]
    )
    await _want_approval(branch, wanted=True)
    for name in ("SUBMITTED", "SUBMITTED:2"):
        change_set = branch[f"PriceChangeSet:{name}"]
        await branch.do("colleague", "submitPriceChangeSet", changeSetId=change_set)
    await _want_approval(branch, wanted=False)
    found = select(PriceChangeRow.id).where(
        PriceChangeRow.change_set_id == key(branch["PriceChangeSet"])
    )
    branch.things["PriceChangeRow"] = gid("PriceChangeRow", await _one(branch, found))


async def _price_change(branch: Branch, name: str) -> None:
    made = await branch.do(
        "colleague",
        "createPriceChangeSet",
        idempotencyKey=new_id().hex,
        name=f"{branch.secret} prices",
        effectiveFrom="2199-01-01",
    )
    branch.things[name] = made["id"]
    row = {"priceListId": branch["PriceList"], "skuId": branch["Sku@network"]}
    rows = [row | {"amount": branch.figures["price drafted"]}]
    await branch.do("colleague", "putPriceChanges", changeSetId=made["id"], rows=rows)


async def _want_approval(branch: Branch, *, wanted: bool) -> None:
    changed = (
        update(Organisation)
        .where(Organisation.id == branch.distributor)
        .values(needs_price_approval=wanted)
    )
    await branch.world.run(lambda work: work.session.execute(changed))


async def _stock(branch: Branch) -> None:
    stock = Decimal(branch.figures["stock"])
    receipts = [Receipt(branch.sku, stock, f"{branch.secret}-lot", None, None)]
    await branch.world.run(
        lambda work: receive(work, branch.distributor, None, receipts, "test", None)
    )
    for kind, table in (("Warehouse", Warehouse), ("StockLot", StockLot)):
        found = select(table.id).where(table.organisation_id == branch.distributor)
        branch.things[kind] = gid(kind, await _one(branch, found))
    move = select(StockMove.id).where(StockMove.warehouse_id == key(branch["Warehouse"]))
    branch.things["StockMove"] = gid("StockMove", await _one(branch, move))


async def _orders(branch: Branch) -> None:
    """One order in each state from which a command could move it."""
    await add_billing_details(branch)
    await _draft(branch)
    await _waiting(branch)
    await place(branch, "CONFIRMED")
    await _set_terms(branch, isCreditUnlimited=False, creditLimit="1")
    await place(branch, "HELD")
    await _set_terms(branch, isCreditUnlimited=True)
    for name, last in (
        ("ALLOCATED", 1),
        ("PREPARING", 2),
        ("PICKING", 2),
        ("PREPARED", 3),
        ("PLANNED", 4),
    ):
        await _carry(branch, name, last)
    await _carry(branch, "PICKUP", 4, deliveryMode="PICKUP")
    for name, last in (("SHIPPED", 5), ("SIGNED", 6), ("RECEIVED", 7), ("COMPLETED", 8)):
        await _carry(branch, name, last)
    await _carry(branch, "REFUSED", 5)
    await branch.do(
        "buyer",
        "signDelivery",
        shipmentId=branch["Shipment:REFUSED"],
        signedBy=branch.secret,
        refusesAll=True,
        reason=f"{branch.secret} is wet",
    )
    await place(branch, "BACKORDERED", quantity="5000000")
    await branch.do("seller", "allocateOrder", orderId=branch["Order:BACKORDERED"])
    await _by_products(branch)


async def place(branch: Branch, name: str, quantity: str = "1", **more: Any) -> None:
    """Place an order as the buyer, at the total the quote tells."""
    line = {"skuId": branch["Sku@network"], "quantity": quantity}
    relationship = branch["TradingRelationship"]
    asked = {"relationshipId": relationship, "lines": [line]}
    quote = await branch.buyer.ask(QUOTE, input=asked)
    placed = await branch.do(
        "buyer",
        "placeOrder",
        idempotencyKey=new_id().hex,
        relationshipId=relationship,
        seenTotal=quote.data["quote"]["gross"],
        lines=[line],
        note=f"{branch.secret} note",
        **more,
    )
    _keep(branch, name, placed)


async def _draft(branch: Branch) -> None:
    draft = await branch.do(
        "buyer",
        "createOrder",
        idempotencyKey=new_id().hex,
        relationshipId=branch["TradingRelationship"],
        lines=[{"skuId": branch["Sku@network"], "quantity": "1"}],
    )
    _keep(branch, "DRAFT", draft)


async def _waiting(branch: Branch) -> None:
    rule = {"party": "SELLER", "threshold": "1", "currency": "CNY"}
    made = await branch.do("seller", "createApprovalRule", **rule)
    branch.things["ApprovalRule"] = made["id"]
    branch.things["ApprovalDelegation"] = await delegation(
        branch.world,
        branch.distributor,
        key(branch["Membership:SELLER"]),
        key(branch["Membership"]),
    )
    await place(branch, "PENDING_APPROVAL")
    await place(branch, "REJECTED")
    await branch.do("seller", "rejectOrder", orderId=branch["Order:REJECTED"], reason="no")
    kept = key(branch["Order:REJECTED"])
    branch.things["OrderHold"] = await hold(branch.world, kept, f"{branch.secret} hold")
    await branch.do("seller", "deactivateApprovalRule", ruleId=branch["ApprovalRule"])
    await _set_terms(branch, needsReview=True)
    await place(branch, "PENDING_REVIEW")
    await _set_terms(branch, needsReview=False)


async def _set_terms(branch: Branch, **terms: Any) -> None:
    given = {"relationshipId": branch["TradingRelationship"], "terms": terms}
    await branch.do("seller", "changeRelationshipTerms", **given)


async def _carry(branch: Branch, name: str, last: int, **more: Any) -> None:
    """Place an order and take its first `last` steps."""
    await place(branch, name, **more)
    order, shipment = branch[f"Order:{name}"], f"Shipment:{name}"
    steps = (
        ("seller", "allocateOrder", {"orderId": order}),
        ("seller", "startPreparation", {"orderId": order}),
        ("seller", "finishPreparation", {"orderId": order}),
        ("seller", "bookCarrier", {"idempotencyKey": new_id().hex, "orderId": order}),
        ("seller", "handOver", {"handedOverTo": branch.secret}),
        ("buyer", "signDelivery", {"signedBy": branch.secret}),
        ("buyer", "confirmReceipt", {"orderId": order}),
        ("seller", "settleOrder", {"orderId": order}),
    )
    for side, command, given in steps[:last]:
        more_given = {"carrier": branch.secret} if command == "bookCarrier" else {}
        if command in {"handOver", "signDelivery"}:
            more_given = {"shipmentId": branch[shipment]}
        if (name, command) == ("RECEIVED", "confirmReceipt"):
            line = {"orderLineId": branch["OrderLine:RECEIVED"], "pieces": "0"}
            more_given = {"received": [line], "rating": {"stars": 2, "words": branch.secret}}
        if name == "RECEIVED" and command in _PROVEN:
            more_given |= await _proofs(branch, side, command)
        done = await branch.do(side, command, **given, **more_given)
        if command == "bookCarrier":
            branch.things[shipment] = done["id"]


_PROVEN = {
    "handOver": {"signatureFileId": ("SIGNATURE", "StoredFile:SIGNATURE")},
    "signDelivery": {
        "signatureFileId": ("SIGNATURE", "StoredFile:SIGNATURE:BUYER"),
        "photoFileId": ("DELIVERY_PROOF", "StoredFile:PROOF"),
    },
}


async def _proofs(branch: Branch, side: str, command: str) -> dict[str, str]:
    """Upload what proves a hand-over or a delivery, as things of the branch."""
    person = branch.seller if side == "seller" else branch.buyer
    given: dict[str, str] = {}
    for place, (purpose, name) in _PROVEN[command].items():
        content = PNG + branch.secret.encode()
        given[place] = await uploaded(person, purpose, content, f"{branch.secret}.png")
        branch.things[name] = given[place]
    return given


async def _by_products(branch: Branch) -> None:
    exception = select(OrderException.id).where(
        OrderException.order_id == key(branch["Order:RECEIVED"])
    )
    shortage = select(Shortage.id).where(Shortage.order_id == key(branch["Order:BACKORDERED"]))
    of_order = AuditEntry.subject_id == key(branch["Order:BACKORDERED"])
    trace = select(AuditEntry.id).where(of_order).order_by(AuditEntry.id.desc())
    invoices = await branch.seller.ask("{ invoices { edges { node { id } } } }")
    branch.things |= {
        "OrderException": gid("OrderException", await _one(branch, exception)),
        "Shortage": gid("Shortage", await _one(branch, shortage)),
        "AuditEntry": gid("AuditEntry", await _one(branch, trace)),
        "Invoice": invoices.data["invoices"]["edges"][0]["node"]["id"],
    }
    await branch.do(
        "seller",
        "recordPayment",
        idempotencyKey=new_id().hex,
        orderId=branch["Order:COMPLETED"],
        amount="1",
        method="CASH",
        reference=branch.secret,
    )
    branch.things |= await add_credit(branch)
    branch.things |= await add_online_payment(branch)


def _keep(branch: Branch, name: str, order: dict[str, Any]) -> None:
    branch.things[f"Order:{name}"] = order["id"]
    branch.things[f"OrderLine:{name}"] = order["lines"][0]["id"]
    branch.numbers.add(order["number"])


async def _one(branch: Branch, statement: Any) -> UUID:
    found = await branch.world.run(lambda work: work.session.scalar(statement))
    assert found is not None, statement
    return found
