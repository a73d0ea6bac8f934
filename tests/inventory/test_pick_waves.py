"""Goods are picked in waves, scanned, found short, and checked by another (R1-54, R1-55)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.books import check
from app.catalog.models import SkuPackaging
from app.catalog.operations import sku_facts
from app.fulfilment.operations.waves import parts
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from tests.support.branches import key
from tests.support.chain import Chain, look, on_order
from tests.support.network import actions
from tests.support.stock import balances
from tests.support.world import gid

LINES = """id number status pickerName checkedByName
    lines { id position place packagingLevel packs pieces picked missing lotCode
        order { number } }"""
REFUSAL = "... on Refusal { code field message }"
KINDS = {
    "createPickWave": "CreatePickWaveInput",
    "assignPickWave": "AssignPickWaveInput",
    "scanPick": "ScanPickInput",
    "shortPick": "ShortPickInput",
    "checkPickWave": "CheckPickWaveInput",
}
PLACE = """mutation($input: SetStockPlaceInput!) { setStockPlace(input: $input) {
    ... on Warehouse { name } ... on Refusal { code } } }"""
PREPARATION = "query($id: ID!) { order(id: $id) { preparation { toPick picked checked missing } } }"
CASE_CODE = "14006381333937"


async def do(person, command, **given):
    document = f"""mutation($input: {KINDS[command]}!) {{ {command}(input: $input) {{
        ... on PickWave {{ {LINES} }} {REFUSAL} }} }}"""
    return await person.ask(document, input=given)


async def done(person, command, **given):
    return (await do(person, command, **given)).data[command]


async def made(person, warehouse, **more):
    given = {"idempotencyKey": new_id().hex, "warehouseId": gid("Warehouse", warehouse)} | more
    return await done(person, "createPickWave", **given)


async def scan(person, line, **more):
    loose = more.pop("piece_code", "none")
    code = CASE_CODE if line["packagingLevel"] == "CASE" else loose
    given = {"code": code, "lotCode": line["lotCode"], "packs": line["packs"]} | more
    return await done(person, "scanPick", pickLineId=line["id"], **given)


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def hall(chain):
    """A keeper, a colleague, the buyer, and a warehouse with two lots of the SKU, 30 and 60."""
    world = chain.world
    barcode = update(SkuPackaging).where(
        SkuPackaging.sku_id == chain.sku, SkuPackaging.level == "CASE"
    )
    await world.run(lambda work: work.session.execute(barcode.values(gtin=CASE_CODE)))
    soon, late = date(2099, 1, 1), date(2099, 6, 1)
    await chain.stock(chain.distributor, 30, lot_code="SOON", expires_on=soon)
    warehouse = await chain.stock(chain.distributor, 60, lot_code="LATE", expires_on=late)
    return {
        "keeper": await world.member(chain.distributor, "WAREHOUSE", name="Wu"),
        "second": await world.member(chain.distributor, "WAREHOUSE", name="Zhou"),
        "buyer": await world.member(chain.retailer, "BUYER"),
        "warehouse": warehouse,
    }


async def preparing(chain, hall):
    order = await chain.place(hall["buyer"])
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
    ):
        order = await on_order(hall["keeper"], name, order["id"], kind)
    return order


async def preparation(person, order):
    return (await person.ask(PREPARATION, id=order["id"])).data["order"]["preparation"]


async def piece_code(chain):
    facts = await chain.world.run(lambda work: sku_facts(work, [chain.sku]))
    return facts[chain.sku].code


async def no_breach(world):
    assert await world.run(check) == []


async def test_a_wave_is_walked_scanned_checked_and_then_packed(chain, hall):
    world, keeper, second = chain.world, hall["keeper"], hall["second"]
    order = await preparing(chain, hall)
    loose = await piece_code(chain)
    given = {"warehouseId": gid("Warehouse", hall["warehouse"]), "skuId": gid("Sku", chain.sku)}
    await keeper.ask(PLACE, input=given | {"place": "A-03-2"})
    wave = await made(keeper, hall["warehouse"])
    again = await made(keeper, hall["warehouse"])
    me = gid("Membership", keeper.membership_id)
    assigned = await done(keeper, "assignPickWave", waveId=wave["id"], membershipId=me)
    case, *pieces = wave["lines"]

    wrong = [
        await scan(keeper, case, code="4006381333931"),
        await scan(keeper, case, lotCode="LATE"),
        await scan(keeper, case, packs="2"),
    ]
    early = await on_order(keeper, "finishPreparation", order["id"], "FinishPreparationInput")
    for line in (case, *pieces):
        wave = await scan(keeper, line, piece_code=loose)
    halfway = await preparation(keeper, order)
    own = await done(keeper, "checkPickWave", waveId=wave["id"])
    counts = [{"pickLineId": case["id"], "pieces": "23"}]
    miscounted = await done(second, "checkPickWave", waveId=wave["id"], counts=counts)
    checked = await done(second, "checkPickWave", waveId=wave["id"])
    ready = await on_order(keeper, "finishPreparation", order["id"], "FinishPreparationInput")

    # 30 pieces of the first lot are a case and 6; 18 of the second are loose.
    assert [
        (line["packagingLevel"], line["packs"], line["lotCode"], line["place"])
        for line in assigned["lines"]
    ] == [
        ("CASE", "1", "SOON", "A-03-2"),
        ("PIECE", "6", "SOON", "A-03-2"),
        ("PIECE", "18", "LATE", "A-03-2"),
    ]
    assert assigned["pickerName"] == "Wu"
    assert again["code"] == "NOTHING_TO_PICK"
    assert [(each["code"], each["field"]) for each in wrong] == [
        ("WRONG_SCAN", "code"),
        ("WRONG_SCAN", "lotCode"),
        ("WRONG_SCAN", "packs"),
    ]
    assert wrong[0]["message"] == (
        f"This stop asks for 1 x CASE of Riverside Tea 500 ml, code {CASE_CODE}, lot SOON."
    )
    assert early["code"] == "NOT_PICKED_YET"
    assert wave["status"] == "PICKED"
    assert halfway == {"toPick": "48", "picked": "48", "checked": "0", "missing": "0"}
    assert own["code"] == "PICKER_CHECKS"
    assert (miscounted["code"], miscounted["field"]) == ("CHECK_DIFFERS", "counts.0.pieces")
    assert (checked["status"], checked["checkedByName"]) == ("CHECKED", "Zhou")
    assert ready["state"] == "PREPARED"
    assert await preparation(keeper, order) == halfway | {"checked": "48"}
    assert await preparation(hall["buyer"], order) is None
    await no_breach(world)


async def test_what_is_not_found_goes_off_the_stock_and_the_order_waits_for_it(chain, hall):
    world, keeper, second = chain.world, hall["keeper"], hall["second"]
    order = await preparing(chain, hall)
    wave = await made(keeper, hall["warehouse"])
    case, six, eighteen = wave["lines"]
    missing = {"pickLineId": eighteen["id"], "reason": "Shelf is empty"}

    too_many = await done(keeper, "shortPick", pieces="19", **missing)
    loose = await piece_code(chain)
    await done(keeper, "shortPick", pieces="18", **missing)
    waiting = await look(keeper, order["id"])
    for line in (case, six):
        wave = await scan(keeper, line, piece_code=loose)
    await done(second, "checkPickWave", waveId=wave["id"])
    covered = await on_order(keeper, "coverBackorder", order["id"])
    ready = await on_order(keeper, "finishPreparation", order["id"], "FinishPreparationInput")
    booked = await keeper.ask(
        """mutation($input: BookCarrierInput!) { bookCarrier(input: $input) {
            ... on Shipment { lines { pieces } } ... on Refusal { code } } }""",
        input={"idempotencyKey": "s", "orderId": order["id"], "carrier": "SF Express"},
    )

    assert (too_many["code"], too_many["field"]) == ("WRONG_SCAN", "pieces")
    quantities = waiting["lines"][0]["quantities"]
    assert (waiting["state"], quantities["allocated"], quantities["backordered"]) == (
        "PREPARING",
        "30",
        "18",
    )
    assert await balances(world, chain.sku) == {hall["warehouse"]: (Decimal(72), Decimal(48))}
    # What was set aside while the rest was picked is prepared, and can leave, with it.
    assert covered["lines"][0]["quantities"]["allocated"] == "48"
    assert ready["state"] == "PREPARED"
    lines = booked.data["bookCarrier"]["lines"]
    assert sum(Decimal(line["pieces"]) for line in lines) == 48
    assert (await preparation(keeper, order))["missing"] == "18"
    await no_breach(world)


async def test_an_order_of_which_nothing_is_found_waits_and_is_prepared_anew(chain, hall):
    keeper, second = hall["keeper"], hall["second"]
    order = await preparing(chain, hall)
    wave = await made(keeper, hall["warehouse"])
    for line in wave["lines"]:
        given = {"pickLineId": line["id"], "pieces": line["pieces"], "reason": "Burnt"}
        wave = await done(keeper, "shortPick", **given)
    waiting = await look(keeper, order["id"])
    await done(second, "checkPickWave", waveId=wave["id"])
    await chain.stock(chain.distributor, 6)
    covered = await on_order(keeper, "coverBackorder", order["id"])

    assert (wave["status"], waiting["state"]) == ("PICKED", "BACKORDERED")
    assert covered["state"] == "ALLOCATED"
    assert (await actions(chain.world, key(wave["id"]))).count("SHORT_PICK") == 3
    await no_breach(chain.world)


async def test_waves_take_what_was_chosen_and_strangers_take_nothing(chain, hall):
    world, keeper = chain.world, hall["keeper"]
    order = await preparing(chain, hall)
    stranger = await world.member(chain.brand, "WAREHOUSE")
    nowhere = await made(keeper, hall["warehouse"], region="Moon")
    before = await made(keeper, hall["warehouse"], confirmedBefore="2020-01-01T00:00:00Z")
    pickup = await made(keeper, hall["warehouse"], deliveryMode="PICKUP")
    wave = await made(keeper, hall["warehouse"], orderIds=[order["id"]])
    line = wave["lines"][0]["id"]

    refused = [
        await do(stranger, "createPickWave", idempotencyKey="k", warehouseId=_warehouse(hall)),
        await do(
            stranger,
            "assignPickWave",
            waveId=wave["id"],
            membershipId=gid("Membership", stranger.membership_id),
        ),
        await do(stranger, "scanPick", pickLineId=line, code="1", lotCode="SOON", packs="1"),
        await do(stranger, "shortPick", pickLineId=line, pieces="1", reason="mine"),
        await do(stranger, "checkPickWave", waveId=wave["id"]),
    ]

    assert {each["code"] for each in (nowhere, before, pickup)} == {"NOTHING_TO_PICK"}
    assert [answer.error_codes for answer in refused] == [["NOT_FOUND"]] * 5
    assert (await stranger.ask("{ pickWaves { edges { node { id } } } }")).data["pickWaves"][
        "edges"
    ] == []


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (48, [("CASE", 48)]),
        (50, [("CASE", 48), ("PIECE", 2)]),
        (5, [("PIECE", 5)]),
    ],
)
def test_whole_cases_and_loose_pieces_are_apart(pieces, expected):
    packaging = {PackagingLevel.PIECE: Decimal(1), PackagingLevel.CASE: Decimal(24)}

    found = parts(Decimal(pieces), packaging)

    assert [(level.value, int(part)) for level, _, part in found] == expected


def _warehouse(hall):
    return gid("Warehouse", hall["warehouse"])
