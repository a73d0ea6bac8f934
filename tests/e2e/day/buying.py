"""Noon: the shop looks around, fills its cart in two ways, and orders; others decide and pay."""

from decimal import Decimal
from urllib.parse import urlencode

import httpx2

from tests.e2e.cast import nodes
from tests.e2e.day.goods import SIZES, code
from tests.e2e.day.people import Day, only
from tests.support.documents import document

GOOD_LINES, BAD_LINES = 50, 20
ORDERED_TOTAL = "1139.04"  # 112 pieces at 9.00, and 13 % tax
BY_TRANSFER, ONLINE = "139.04", "1000"


async def the_buyer_looks_around(day: Day) -> None:
    """It sees goods at its own price, and keeps a case in a cart that has a name."""
    page = await day.buyer.read("catalogue", relationshipId=day.relationship)
    prices = {
        Decimal(offer["unitPrice"])
        for edge in page["edges"]
        for offer in edge["node"]["offers"]
        if offer["packagingLevel"] == "PIECE"
    }
    assert prices == {Decimal(9)}
    for person in day.others:
        unseen = await person.ask(document("catalogue", 0), relationshipId=day.relationship)
        assert unseen.error_codes == ["NOT_FOUND"]
    line = {"skuId": day.skus[0], "quantity": "1", "packagingLevel": "CASE"}
    given = {"relationshipId": day.relationship, "name": "Weekly", "lines": [line]}
    cart = await day.buyer.must("createSavedCart", idempotencyKey="weekly", **given)
    assert await nodes(day.buyer, "savedCarts", relationshipId=day.relationship) == [cart["id"]]
    await day.beside_see_nothing_of(cart["id"])


async def seventy_lines_are_pasted(day: Day) -> None:
    """Fifty are taken; each of the twenty bad ones is named, with what is wrong."""
    good = [f"{code(line % SIZES)} 2 PIECE" for line in range(GOOD_LINES)]
    kinds = (("TEA-99 1 PIECE", "UNKNOWN"), ("TEA-1 1 SACK", "UNIT_UNKNOWN"))
    kinds += (("TEA-1 many PIECE", "BAD_QUANTITY"), ("TEA-1", "UNREADABLE"))
    bad = [kinds[line % len(kinds)] for line in range(BAD_LINES)]
    cart = await weekly_cart(day)
    pasted = await day.buyer.must(
        "quickOrder",
        idempotencyKey="pasted",
        content="\n".join([*good, *(text for text, _ in bad)]),
        format="TEXT",
        savedCartId=cart,
    )
    assert pasted["taken"] == GOOD_LINES
    told = {line["number"]: line["outcome"] for line in pasted["lines"]}
    assert told == dict.fromkeys(range(1, GOOD_LINES + 1), "TAKEN") | {
        GOOD_LINES + place: outcome for place, (_, outcome) in enumerate(bad, 1)
    }


async def the_order_is_placed_and_waits(day: Day) -> str:
    """It goes beyond Li's budget and beyond what Harbour lets go without a second look."""
    cart = await weekly_cart(day)
    priced = await day.buyer.read("pricedCart", input={"savedCartId": cart})
    assert (priced["quote"]["gross"], priced["isOrderable"]) == (ORDERED_TOTAL, True)
    assert [budget["isExceeded"] for budget in priced["budgets"]] == [True]
    wish = {"idempotencyKey": "order", "savedCartId": cart}
    cheaper = await day.buyer.do("orderSavedCart", seenTotal="1000.00", **wish)
    assert cheaper["code"] == "PRICE_CHANGED"
    placed, twin = [
        await day.buyer.must("orderSavedCart", seenTotal=ORDERED_TOTAL, **wish) for _ in range(2)
    ]
    assert (placed["id"], placed["state"]) == (twin["id"], "PENDING_REVIEW")
    assert placed["paymentWay"] == "ONLINE"
    reviewed = await day.service.must("reviewOrder", orderId=placed["id"])
    assert reviewed["state"] == "PENDING_APPROVAL"
    await day.beside_see_nothing_of(placed["id"])
    return placed["id"]


async def the_right_people_approve_it(day: Day, order: str) -> None:
    """Its owner for the shop, the sales lead for the seller; nobody their own, nobody unasked."""
    assert await nodes_of_inbox(day) == {"owner": [order], "sales": [order], "buyer": []}
    own = await day.buyer.do("approveOrder", orderId=order)
    assert "own order" in own["message"], own
    unasked = await day.boss.do("approveOrder", orderId=order)
    assert unasked["code"] == "NOT_POSSIBLE_NOW", unasked
    assert await day.service.denied("approveOrder", orderId=order) == "FORBIDDEN"
    first = await day.owner.must("approveOrder", orderId=order)
    assert first["state"] == "PENDING_APPROVAL"
    decisions = [{"orderId": order, "approve": True, "reason": "A good customer"}]
    decided = await day.sales.must("decideApprovals", decisions=decisions)
    assert [each["isDone"] for each in decided["outcomes"]] == [True]
    assert await nodes_of_inbox(day) == {"owner": [], "sales": [], "buyer": []}
    assert (await day.buyer.read("order", id=order))["state"] == "PENDING_PAYMENT"


async def it_is_paid_in_two_ways(day: Day, order: str) -> None:
    """A part by transfer; what is left at the provider, whose page the buyer opens."""
    transfer = {"orderId": order, "method": "BANK_TRANSFER", "amount": BY_TRANSFER}
    part = await day.boss.must("recordPayment", idempotencyKey="part", **transfer)
    assert (part["paymentStatus"], part["state"]) == ("PARTIAL", "PENDING_PAYMENT")
    begun = await day.buyer.must("beginOnlinePayment", idempotencyKey="rest", orderId=order)
    assert (begun["state"], begun["amount"]) == ("PENDING", ONLINE), begun
    reference = begun["redirectUrl"].rpartition("/")[2]
    form = urlencode({"reference": reference, "state": "PAID"})
    async with httpx2.AsyncClient(timeout=60) as browser:
        page = await browser.get(begun["redirectUrl"])
        assert f"<h1>{ONLINE}" in page.text, page.text
        said = await browser.post(f"{day.provider.address}/payments/decide", content=form)
    assert '"ACCEPTED"' in said.text, said.text
    paid = await day.buyer.read("order", id=order)
    assert (paid["state"], paid["paymentStatus"]) == ("CONFIRMED", "PAID")
    await day.beside_see_nothing_of(begun["id"])


async def the_rep_orders_for_the_customer(day: Day) -> str:
    """Two cases more, on account: below every limit, so one review is enough."""
    line = {"skuId": day.skus[0], "quantity": "2", "packagingLevel": "CASE"}
    wish = {"relationshipId": day.relationship, "lines": [line], "channel": "SALES_REP"}
    wish |= {"seenTotal": "244.08", "paymentWay": "ON_ACCOUNT"}
    placed = await day.sales.must("placeOrder", idempotencyKey="rep", **wish)
    reviewed = await day.service.must("reviewOrder", orderId=placed["id"])
    assert reviewed["state"] == "CONFIRMED"
    await day.beside_see_nothing_of(placed["id"])
    return placed["id"]


async def weekly_cart(day: Day) -> str:
    return await only(day.buyer, "savedCarts", relationshipId=day.relationship)


async def nodes_of_inbox(day: Day) -> dict[str, list[str]]:
    """What waits for whom; nothing ever waits for the others."""
    for person in day.others:
        assert (await person.read("approvalInbox"))["edges"] == []
    return {
        part: [
            edge["node"]["orderId"]
            for edge in (await day.people[part].read("approvalInbox"))["edges"]
        ]
        for part in ("owner", "sales", "buyer")
    }
