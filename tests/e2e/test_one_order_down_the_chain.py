"""The whole trade once, over the wire: server, worker, database and e-mail are real processes."""

from decimal import Decimal

import pytest

from app.kernel.ids import new_id
from tests.e2e.cast import (
    Cast,
    everybody_follows,
    expects,
    network,
    nodes,
    prepare,
    price,
    quantities,
    quote,
    rule,
    ship,
    supply,
    told,
)
from tests.e2e.stage import STAFF, Stage
from tests.support.documents import document

pytestmark = pytest.mark.xdist_group("e2e")


async def test_one_order_goes_down_the_chain(stage):
    cast = await found_the_networks(stage)
    await write_products_and_prices(cast)
    await fill_the_warehouses(cast)
    await browse_and_fill_the_cart(cast)
    order = await place_it_at_a_price_that_has_changed(cast)
    async with everybody_follows(cast, order):
        await review_and_approve(cast, order)
        await hear_of_the_confirmation(cast, order)
        await allocate_what_there_is(cast, order)
        await order_what_is_short_upstream(cast, order)
        await show_it_upstream_when_granted(cast, order)
        shipments = await prepare_and_hand_over_in_two_parts(cast, order)
        await track_and_refuse_a_part(cast, order, shipments)
        await deliver_a_second_time(cast, order)
        await receive_with_a_difference(cast, order)
        await invoice_and_pay(cast, order)
    assert cast.heard["owner"][-1] == "COMPLETED"
    assert {"CONFIRMED", "ALLOCATED", "PREPARING", "SHIPPED"} <= set(cast.heard["owner"])
    assert cast.heard["rival"] == []
    await order_as_a_rep_then_change_and_cancel(cast)


async def found_the_networks(stage: Stage) -> Cast:
    staff = await stage.sign_in(STAFF)
    root, stranger = [await network(stage, staff, slug) for slug in ("riverside", "hillside")]
    assert (await staff.ask("{ orders { edges { node { id } } } }")).error_codes == ["FORBIDDEN"]
    clerk = await stage.hire(root, root.organisation, "Clerk", "System administrator")
    for text in ("{ orders { edges { node { id } } } }", "{ priceLists { edges { cursor } } }"):
        assert (await clerk.ask(text)).error_codes == ["FORBIDDEN"]
    east = await stage.onboard(root, "East Trade", "DISTRIBUTOR")
    sub = await stage.onboard(east, "Sub Trade", "SUB_DISTRIBUTOR")
    owner = await stage.onboard(sub, "Corner Shop", "RETAILER", needsReview=True)
    rival = await stage.onboard(sub, "Rival Shop", "RETAILER")
    hire = stage.hire
    cast = Cast(
        stage=stage,
        root=root,
        clerk=clerk,
        stranger=stranger,
        east=east,
        sub=sub,
        owner=owner,
        rival=rival,
        brand_keeper=await hire(root, root.organisation, "Brand Keeper", "Warehouse keeper"),
        east_keeper=await hire(east, east.organisation, "East Keeper", "Warehouse keeper"),
        sub_keeper=await hire(sub, sub.organisation, "Sub Keeper", "Warehouse keeper"),
        service=await hire(sub, sub.organisation, "Service", "Customer service"),
        ann=await hire(sub, sub.organisation, "Ann", "Sales representative"),
        ben=await hire(sub, sub.organisation, "Ben", "Sales representative"),
        boss=await hire(owner, owner.organisation, "Boss", "Enterprise administrator"),
    )
    (cast.relationship,) = await nodes(owner, "suppliers")
    given = {"relationshipId": cast.relationship, "membershipId": cast.ann.membership}
    await sub.must("assignRep", **given)
    return cast


async def write_products_and_prices(cast: Cast) -> None:
    root = cast.root
    brand = await root.must("createBrand", name="Riverside")
    category = await root.must("createCategory", name="Drinks")
    tax = await root.must("createTaxCategory", name="Standard", ratePercent="13")
    packs = [{"level": "PIECE", "factor": "1"}, {"level": "CASE", "factor": "24"}]
    sku = {"code": "TEA-500", "name": "Tea", "taxCategoryId": tax["id"], "packaging": packs}
    product = await root.must(
        "createProduct", name="Tea", brandId=brand["id"], categoryId=category["id"], skus=[sku]
    )
    cast.sku = product["skus"][0]["id"]
    assert await nodes(cast.owner, "skus") == []  # A draft is its owner's.
    await root.must("listProduct", productId=product["id"])
    assert await nodes(cast.owner, "skus") == [cast.sku]
    assert await nodes(cast.stranger, "skus") == []
    assert await cast.sub.denied("listProduct", productId=product["id"]) == "NOT_FOUND"
    for seller, amount in ((root, "2.00"), (cast.east, "2.40"), (cast.sub, "3.00")):
        await price(cast, seller, amount, kind="BASE")
    await price(cast, cast.sub, "2.80", kind="BUYER", relationshipId=cast.relationship)


async def fill_the_warehouses(cast: Cast) -> None:
    keepers = ((cast.brand_keeper, "1000"), (cast.east_keeper, "10"), (cast.sub_keeper, "30"))
    for keeper, pieces in keepers:
        goods = {"skuId": cast.sku, "packagingLevel": "PIECE", "quantity": pieces}
        goods |= {"lotCode": f"LOT-{pieces}", "expiresOn": "2099-01-01"}
        await keeper.must("receiveStock", idempotencyKey=new_id().hex, goods=[goods])
        (balance,) = (await keeper.read("stock"))["edges"]
        assert balance["node"]["free"] == pieces
    given = {"idempotencyKey": new_id().hex, "goods": [goods]}
    assert await cast.ann.denied("receiveStock", **given) == "FORBIDDEN"


async def browse_and_fill_the_cart(cast: Cast) -> None:
    (rivals,) = await nodes(cast.rival, "suppliers")
    for person, relationship, expected in (
        (cast.owner, cast.relationship, "2.8"),
        (cast.rival, rivals, "3"),
    ):
        page = await person.read("catalogue", relationshipId=relationship)
        (offer, *_) = page["edges"][0]["node"]["offers"]
        assert Decimal(offer["unitPrice"]) == Decimal(expected), person.email
    unseen = await cast.rival.ask(document("catalogue", 0), relationshipId=cast.relationship)
    assert unseen.error_codes == ["NOT_FOUND"]
    given = {"relationshipId": cast.relationship, "skuId": cast.sku, "packagingLevel": "CASE"}
    await cast.owner.must("setCartLine", quantity="2", **given)
    assert await cast.rival.denied("setCartLine", quantity="2", **given) == "NOT_FOUND"
    cart = await cast.boss.read("cart", relationshipId=cast.relationship)
    assert cart["lines"] == []  # A cart is its person's.


async def place_it_at_a_price_that_has_changed(cast: Cast) -> str:
    seen = (await quote(cast, cast.owner, "2"))["gross"]
    assert seen == "151.87"  # 48 pieces at 2.80, and 13 % tax
    await rule(cast)
    (mine,) = [
        edge["node"]["id"]
        for edge in (await cast.sub.read("priceLists"))["edges"]
        if edge["node"]["kind"] == "BUYER"
    ]
    entries = [{"skuId": cast.sku, "amount": "2.90"}]
    await cast.sub.must("setPrices", priceListId=mine, entries=entries)
    wish = {"idempotencyKey": "cart", "relationshipId": cast.relationship}

    refused = await cast.owner.do("placeOrder", seenTotal=seen, **wish)

    told = {item["name"]: item["value"] for item in refused["details"]}
    assert (refused["code"], refused["field"]) == ("PRICE_CHANGED", "seenTotal")
    assert (told["seen"], told["now"]) == ("151.87", "157.30")
    assert await nodes(cast.sub, "orders") == []
    placed = await cast.owner.must("placeOrder", seenTotal="157.30", **wish)
    again = await cast.owner.must("placeOrder", seenTotal="157.30", **wish)
    assert (placed["id"], placed["state"]) == (again["id"], "PENDING_REVIEW")
    cart = await cast.owner.read("cart", relationshipId=cast.relationship)
    assert cart["lines"] == []
    await cast.shows(placed["id"], "PENDING_REVIEW", blind=(cast.east, cast.root))
    return placed["id"]


async def review_and_approve(cast: Cast, order: str) -> None:
    assert await cast.rival.denied("cancelOrder", orderId=order, reason="mine") == "NOT_FOUND"
    illegal = await cast.sub_keeper.do("allocateOrder", orderId=order)
    allowed = {item["name"]: item["value"] for item in illegal["details"]}["allowed"]
    assert illegal["code"] == "NOT_POSSIBLE_NOW"
    assert "REVIEW" in allowed.split(", ")
    reviewed = await cast.service.must("reviewOrder", orderId=order)
    assert reviewed["state"] == "PENDING_APPROVAL"
    await cast.shows(order, "PENDING_APPROVAL", blind=(cast.east, cast.root))
    own = await cast.owner.do("approveOrder", orderId=order)
    assert own["code"] in {"NOT_POSSIBLE_NOW", "OWN_APPROVAL"}
    assert "own order" in own["message"]
    approved = await cast.boss.must("approveOrder", orderId=order, reason="we need it")
    assert approved["state"] == "CONFIRMED"
    history = (await cast.owner.read("order", id=order))["history"]
    assert "APPROVE" in [step["command"] for step in history if step["reason"] == "we need it"]


async def hear_of_the_confirmation(cast: Cast, order: str) -> None:
    number = (await cast.shows(order, "CONFIRMED", blind=(cast.east, cast.root)))["number"]
    await told(cast, "ORDER_CONFIRMED", f"Order {number} is confirmed")


async def allocate_what_there_is(cast: Cast, order: str) -> None:
    assert await cast.ann.denied("allocateOrder", orderId=order) == "FORBIDDEN"
    refused = await cast.owner.do("allocateOrder", orderId=order)
    assert "Only the seller may do this" in refused["message"]
    allocated = await cast.sub_keeper.must("allocateOrder", orderId=order)
    assert allocated["state"] == "ALLOCATED"
    (line,) = allocated["lines"]
    assert quantities(line, "allocated", "backordered") == ["30", "18"]
    (short,) = (await cast.sub.read("shortages"))["edges"]
    assert (short["node"]["quantity"], short["node"]["orderId"]) == ("18", order)
    assert (await cast.east.read("shortages"))["edges"] == []
    await cast.shows(order, "ALLOCATED", blind=(cast.east, cast.root))


async def order_what_is_short_upstream(cast: Cast, order: str) -> None:
    """Sub lacks 18: East has 10 of them and lacks 8, which the brand has."""
    from_east = await cast.sub.must("orderShortages", idempotencyKey="up")
    assert (from_east["state"], from_east["channel"]) == ("CONFIRMED", "CASCADE")
    nothing = await cast.sub.do("orderShortages", idempotencyKey="up again")
    assert nothing["code"] == "NOTHING_SHORT"
    seen_by_shop = await cast.owner.ask(document("order", 0), id=from_east["id"])
    assert seen_by_shop.error_codes == ["NOT_FOUND"]
    short = await cast.east_keeper.must("allocateOrder", orderId=from_east["id"])
    assert quantities(short["lines"][0], "allocated", "backordered") == ["10", "8"]
    from_brand = await cast.east.must("orderShortages", idempotencyKey="up")
    assert (await cast.sub.ask(document("order", 0), id=from_brand["id"])).error_codes == [
        "NOT_FOUND"
    ]
    await supply(cast, cast.brand_keeper, cast.east, from_brand["id"])
    covered = await cast.east.read("order", id=from_east["id"])
    assert quantities(covered["lines"][0], "allocated", "backordered") == ["18", "0"]
    await supply(cast, cast.east_keeper, cast.sub, from_east["id"])
    await expects(cast, cast.sub_keeper, from_east["number"])
    waiting = await cast.owner.read("order", id=order)
    assert quantities(waiting["lines"][0], "allocated", "backordered") == ["48", "0"]
    assert (await cast.sub.read("shortages"))["edges"] == []
    (balance,) = (await cast.sub_keeper.read("stock"))["edges"]
    assert [balance["node"][name] for name in ("onHand", "reserved", "free")] == ["48", "48", "0"]
    await cast.shows(order, "ALLOCATED", blind=(cast.east, cast.root))


async def show_it_upstream_when_granted(cast: Cast, order: str) -> None:
    terms = {"upstreamVisibility": "ORDERS"}
    await cast.sub.must("changeRelationshipTerms", relationshipId=cast.relationship, terms=terms)
    seen = await cast.east.read("order", id=order)
    assert not any(action["isAvailable"] for action in seen["availableActions"])
    refused = await cast.east.denied("cancelOrder", orderId=order, reason="no")
    assert refused == "NOT_FOUND"
    terms = {"upstreamVisibility": "NOTHING"}
    await cast.sub.must("changeRelationshipTerms", relationshipId=cast.relationship, terms=terms)
    await cast.shows(order, "ALLOCATED", blind=(cast.east, cast.root))


async def prepare_and_hand_over_in_two_parts(cast: Cast, order: str) -> list[str]:
    await prepare(cast.sub_keeper, order)
    line = (await cast.shows(order, "PREPARED", blind=(cast.east, cast.root)))["lines"][0]
    parts = []
    for place, state in (("1", "PREPARED"), ("2", "SHIPPED")):
        half = [{"orderLineId": line["id"], "pieces": "24"}]
        booking = {"carrier": "SF Express", "trackingNumber": f"SF{place}", "lines": half}
        shipment = await cast.ann.must(
            "bookCarrier", idempotencyKey=f"book {place}", orderId=order, **booking
        )
        parts.append(shipment["id"])
        left = await cast.sub_keeper.must(
            "handOver", shipmentId=shipment["id"], handedOverTo="Driver Wang"
        )
        assert left["status"] == "IN_TRANSIT"
        shown = await cast.shows(order, state, blind=(cast.east, cast.root))
        assert shown["fulfilmentStatus"] == ("PARTIAL" if place == "1" else "FULL")
    await told(cast, "ORDER_SHIPPED", f"Order {shown['number']} has shipped")
    (balance,) = (await cast.sub_keeper.read("stock"))["edges"]
    assert [balance["node"][name] for name in ("onHand", "reserved")] == ["0", "0"]
    late = await cast.owner.do("cancelOrder", orderId=order, reason="too late")
    allowed = {item["name"]: item["value"] for item in late["details"]}["allowed"].split(", ")
    assert late["code"] == "NOT_POSSIBLE_NOW"
    assert "REQUEST_CANCEL" in allowed
    assert "CANCEL" not in allowed
    return parts


async def track_and_refuse_a_part(cast: Cast, order: str, shipments: list[str]) -> None:
    first, second = shipments
    for status in ("DELAYED", "ARRIVED"):
        await cast.sub_keeper.must("reportTracking", shipmentId=first, status=status, place="Gate")
    shown = await cast.owner.read("order", id=order)
    tracked = [item["status"] for item in shown["shipments"][0]["tracking"]]
    assert tracked == ["IN_TRANSIT", "DELAYED", "ARRIVED"]
    denied = await cast.rival.denied("signDelivery", shipmentId=first, signedBy="Rival")
    assert denied == "NOT_FOUND"
    await cast.owner.must("signDelivery", shipmentId=first, signedBy="Li")
    await cast.shows(order, "SHIPPED", blind=(cast.east, cast.root))
    wet = [{"orderLineId": shown["lines"][0]["id"], "pieces": "6"}]
    await cast.owner.must(
        "signDelivery", shipmentId=second, signedBy="Li", refused=wet, reason="six are wet"
    )
    await cast.shows(order, "REFUSED", blind=(cast.east, cast.root))


async def deliver_a_second_time(cast: Cast, order: str) -> None:
    shown = await cast.sub.read("order", id=order)
    (refused,) = [
        item["id"]
        for item in shown["shipments"]
        if any(line["refused"] != "0" for line in item["lines"])
    ]
    await cast.sub_keeper.must("returnToWarehouse", shipmentId=refused, deliverAgain=True)
    await cast.shows(order, "ALLOCATED", blind=(cast.east, cast.root))
    await prepare(cast.sub_keeper, order)
    shipment = await ship(cast.sub_keeper, order)
    await cast.owner.must("signDelivery", shipmentId=shipment, signedBy="Li")
    await cast.shows(order, "SIGNED", blind=(cast.east, cast.root))


async def receive_with_a_difference(cast: Cast, order: str) -> None:
    line = (await cast.owner.read("order", id=order))["lines"][0]
    counted = [{"orderLineId": line["id"], "pieces": "46"}]
    received = await cast.owner.must("confirmReceipt", orderId=order, received=counted)
    assert (received["state"], received["hasOpenException"]) == ("RECEIVED", True)
    assert quantities(received["lines"][0], "received", "missing") == ["46", "2"]
    exceptions = {each["kind"]: each for each in received["exceptions"]}
    assert {kind for kind, each in exceptions.items() if each["closedAt"] is None} == {
        "RECEIPT_DIFFERENCE"
    }
    exception = exceptions["RECEIPT_DIFFERENCE"]
    closing = {"exceptionId": exception["id"], "resolution": "credited next month"}
    assert await cast.rival.denied("closeOrderException", **closing) == "NOT_FOUND"
    closed = await cast.service.must("closeOrderException", **closing)
    assert closed["hasOpenException"] is False
    (balance,) = (await cast.boss.read("stock"))["edges"]
    assert balance["node"]["onHand"] == "46"
    await cast.shows(order, "RECEIVED", blind=(cast.east, cast.root))


async def invoice_and_pay(cast: Cast, order: str) -> None:
    completed = await cast.sub.must("settleOrder", orderId=order)
    assert (completed["state"], completed["invoiceStatus"]) == ("COMPLETED", "INVOICED")
    (issued,) = await nodes(cast.sub, "invoices", side="ISSUED")
    assert await nodes(cast.owner, "invoices") == [issued]
    assert await nodes(cast.rival, "invoices") == []
    invoice = await cast.owner.read("invoice", id=issued)
    assert [invoice[name] for name in ("net", "tax", "total")] == ["133.40", "17.35", "150.75"]
    given = {"orderId": order, "method": "BANK_TRANSFER"}
    over = await cast.sub.do("recordPayment", idempotencyKey="a", amount="150.76", **given)
    assert over["code"] == "PAYMENT_TOO_LARGE"
    for key, amount, status in (("b", "100.00", "PARTIAL"), ("c", "50.75", "PAID")):
        paid = await cast.sub.must("recordPayment", idempotencyKey=key, amount=amount, **given)
        assert paid["paymentStatus"] == status
    assert (await cast.owner.read("invoice", id=issued))["open"] == "0"
    await cast.shows(order, "COMPLETED", blind=(cast.east, cast.root))


async def order_as_a_rep_then_change_and_cancel(cast: Cast) -> None:
    line = {"skuId": cast.sku, "quantity": "1"}
    wish = {"relationshipId": cast.relationship, "lines": [line], "seenTotal": "3.28"}
    wish |= {"channel": "SALES_REP"}
    refused = await cast.ben.do("placeOrder", idempotencyKey="ben", **wish)
    assert refused["code"] == "NOT_YOUR_CUSTOMER"
    placed = await cast.ann.must("placeOrder", idempotencyKey="ann", **wish)
    order = placed["id"]
    assert (placed["state"], placed["channel"]) == ("PENDING_REVIEW", "SALES_REP")
    shown = await cast.shows(order, "PENDING_REVIEW", blind=(cast.east, cast.root))
    assert shown["history"][0]["onBehalfOfOrganisationId"] == cast.owner.organisation
    changed = await cast.owner.must("changeOrder", orderId=order, lines=[line | {"quantity": "2"}])
    assert (changed["state"], changed["revision"], changed["total"]) == ("DRAFT", 2, "6.55")
    again = await cast.ann.must("submitOrder", orderId=order, seenTotal="6.55")
    assert again["state"] == "PENDING_REVIEW"
    await cast.service.must("reviewOrder", orderId=order)
    await cast.shows(order, "CONFIRMED", blind=(cast.east, cast.root))
    cancelled = await cast.owner.must("cancelOrder", orderId=order, reason="no longer needed")
    assert cancelled["state"] == "CANCELLED"
    dead = await cast.owner.do("cancelOrder", orderId=order, reason="again")
    assert dead["code"] == "NOT_POSSIBLE_NOW"
    await cast.shows(order, "CANCELLED", blind=(cast.east, cast.root))
