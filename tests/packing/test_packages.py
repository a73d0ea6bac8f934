"""Packages of a shipment: what is in which, their codes, labels and the delivery note."""

from datetime import date
from itertools import pairwise

import pytest
from reportlab.graphics.barcode import code128
from reportlab.pdfgen import canvas as reportlab_canvas
from stdnum import ean
from stdnum.gs1_128 import info

from app.books import check_tenant
from app.packing.rules import PrefixUsedUp, sscc
from tests.support.chain import Chain, mutate, on_order
from tests.support.order_terms import placement
from tests.support.paper import tell

SHIPMENT = """id number lines { shipmentLineId pieces } deliveryNote { fileName downloadUrl }
    labels { fileName downloadUrl }
    packages { number sscc level weightKg contents { pieces lotCode expiresOn sku { name } } }"""


@pytest.fixture
def drawn(monkeypatch):
    """What is written and which bars are drawn: a PDF itself is packed and in glyphs."""
    texts: list[str] = []
    bars: list[tuple[float, float]] = []
    draw, rect = reportlab_canvas.Canvas.drawString, reportlab_canvas.Canvas.rect

    def noting(self, left, top, text, *rest, **more):
        texts.append(text)
        return draw(self, left, top, text, *rest, **more)

    def noting_bar(self, left, top, width, height, *rest, **more):
        bars.append((left, width))
        return rect(self, left, top, width, height, *rest, **more)

    monkeypatch.setattr(reportlab_canvas.Canvas, "drawString", noting)
    monkeypatch.setattr(reportlab_canvas.Canvas, "rect", noting_bar)
    return texts, bars


def scanned(bars):
    """What a scanner reads of the bars of one Code 128: start, values, check sign, stop."""
    module = min(width for _, width in bars)
    widths = [bars[0][1]]
    for (left, width), (following, its_width) in pairwise(bars):
        widths += [following - left - width, its_width]
    modules = "".join(str(round(width / module)) for width in widths)
    values = {_modules(letters): value for value, letters in code128._patterns.items()}  # noqa: SLF001  # the table of the standard
    assert modules[-7:] == values_of_stop(values)
    return [values[modules[at : at + 6]] for at in range(0, len(modules) - 7, 6)]


def _modules(letters):
    return "".join(str(ord(letter.lower()) - ord("a") + 1) for letter in letters)


def values_of_stop(values):
    return next(modules for modules, value in values.items() if value == code128.stop)


@pytest.mark.parametrize(
    ("prefix", "serial", "code"),
    [
        ("6901234", 1, "069012340000000016"),
        ("6901234", 10**9, "169012340000000006"),
        ("690123456789", 99_999, "969012345678999993"),
    ],
)
def test_codes_check_and_go_on_in_the_extension_digit(prefix, serial, code):
    written = sscc(prefix, serial)

    assert (written, ean.calc_check_digit(written[:-1])) == (code, written[-1])
    with pytest.raises(PrefixUsedUp):
        sscc("690123456789", 100_000)


async def test_what_travels_is_packed_labelled_and_noted(world, drawn):
    """R0-37, R1-56, R2-15."""
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 30, lot_code="LOT-A", expires_on=date(2031, 1, 31))
    await chain.stock(chain.distributor, 100, lot_code="LOT-B", expires_on=date(2031, 6, 30))
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER", "ENTERPRISE_ADMIN")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    await tell(
        buyer, "setBillingDetails", "BillingDetails", "city", legalName="角落商店", language="ZH"
    )
    shipment = await planned(chain, keeper, buyer, buyerReference="PO-7")
    other = await planned(chain, keeper, buyer)
    first, second = (line["shipmentLineId"] for line in (await seen(keeper, shipment))["lines"])
    [foreign, *_] = (line["shipmentLineId"] for line in (await seen(keeper, other))["lines"])

    async def pack(*packages, of=shipment):
        given = {"shipmentId": of, "packages": [package(*each) for each in packages]}
        return await tell(keeper, "packShipment", "Shipment", SHIPMENT, **given)

    whole, rest = ("CASE", "12.25", {first: 24}), (None, None, {first: 6, second: 18})
    unprefixed = await pack(whole, rest)
    prefix = await tell(
        admin,
        "setBillingDetails",
        "BillingDetails",
        "gs1CompanyPrefix",
        legalName="East Distribution",
        street="Harbour Road 1",
        gs1CompanyPrefix="6901234",
    )
    short = await pack(whole, (None, None, {first: 6, second: 17}))
    with pytest.raises(AssertionError, match="no such ShipmentLine"):
        await pack(whole, (None, None, {foreign: 6, second: 18}))
    assert [refused["code"] for refused in (unprefixed, short)] == [
        "NO_COMPANY_PREFIX",
        "PACKAGES_DIFFER",
    ]
    assert prefix == {"__typename": "BillingDetails", "gs1CompanyPrefix": "6901234"}

    packed = await pack(whole, rest)
    again = await pack(whole, rest)
    changed = await pack(whole, ("CASE", None, {first: 6, second: 18}))
    for_buyer = await seen(buyer, shipment)

    codes = [each["sscc"] for each in packed["packages"]]
    assert [info(f"00{code}") for code in codes] == [{"00": code} for code in codes]
    assert [code[1:8] for code in codes] == ["6901234", "6901234"]
    assert again["packages"] == packed["packages"]
    assert changed["packages"][0] == packed["packages"][0]
    assert changed["packages"][1]["sscc"] not in codes
    assert for_buyer["packages"] == changed["packages"]
    assert packed["packages"][0]["weightKg"] == "12.25"
    held = [(each["pieces"], each["lotCode"]) for each in changed["packages"][1]["contents"]]
    assert held == [("6", "LOT-A"), ("18", "LOT-B")]

    await require_papers(world, drawn, for_buyer, codes[0])
    looked_on = await brand.ask(
        "query($id: ID!) { node(id: $id) { ... on Shipment { deliveryNote { fileName } labels "
        "{ fileName } } } }",
        id=shipment,
    )
    assert looked_on.data["node"] in (None, {"deliveryNote": None, "labels": None})
    await mutate(
        keeper,
        "handOver",
        "HandOverInput",
        {"shipmentId": shipment, "handedOverTo": "W"},
        "Shipment",
    )
    assert (await pack(whole, rest))["code"] == "SHIPMENT_NOT_OPEN"
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def require_papers(world, drawn, shipment, code):
    """The delivery note speaks Chinese and of no price, each label both languages and in bars."""
    texts, bars = drawn
    note = await fetched(world, shipment["deliveryNote"])
    told = "".join(texts)
    for word in (
        "送货单",
        "角落商店",
        "LOT-A",
        "2031-01-31",
        "PO-7",
        "1 箱 + 6 个",
        "18 个",
        "Harbour Road 1",
    ):
        assert word in told
    assert "2.64" not in told
    texts.clear()
    bars.clear()
    labels = await fetched(world, shipment["labels"])
    told = "".join(texts)
    assert (note[:5], labels[:5]) == (b"%PDF-", b"%PDF-")
    for word in ("From / 发货方", "Package 2 of 2", "第 2 件 / 共 2 件", code, "12.25 kg"):
        assert word in told
    values = scanned(bars[: len(bars) // 2])
    assert values[:3] == [105, 102, 0]
    assert "".join(f"{value:02}" for value in values[3:12]) == code


async def planned(chain, keeper, buyer, **more):
    given = placement(chain, "143.19", **more)
    placed = await mutate(buyer, "placeOrder", "PlaceOrderInput", given)
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        await on_order(keeper, name, placed["id"], kind)
    given = {"idempotencyKey": placed["id"], "orderId": placed["id"], "carrier": "SF Express"}
    return (await mutate(keeper, "bookCarrier", "BookCarrierInput", given, "Shipment"))["id"]


def package(level, weight, contents):
    held = [{"shipmentLineId": line, "pieces": str(pieces)} for line, pieces in contents.items()]
    return {"level": level, "weightKg": weight, "contents": held}


async def seen(person, shipment):
    asked = f"query($id: ID!) {{ node(id: $id) {{ ... on Shipment {{ {SHIPMENT} }} }} }}"
    return (await person.ask(asked, id=shipment)).data["node"]


async def fetched(world, file):
    answer = await world.http.get(file["downloadUrl"])
    assert answer.status_code == 200
    return answer.content
