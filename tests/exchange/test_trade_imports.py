"""Customers, prices and orders come in from tables by the ways that people take."""

import csv
from io import StringIO

import pytest
from sqlalchemy import func, select

from app.catalog.models import Sku
from app.exchange.operations import stepping
from app.orders.models import Order, OrderLine
from app.organisations.models import DeliveryAddress, Organisation, TradingRelationship
from app.people.models import Invitation
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceList
from tests.support.chain import Chain
from tests.support.exchange import applied, begun, exported, fetched, imported, shown
from tests.support.files import carried, key_in

CUSTOMERS = ["customer", "street", "city", "payment_terms", "credit_limit", "contact", "email"]
ORDERS = ["customer", "reference", "sku", "quantity", "packaging_level", "total", "deliver_on"]


def table(heading: list[str], *lines: list[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([heading, *lines])
    return text.getvalue().encode()


@pytest.fixture
async def chain(world) -> Chain:
    return await Chain.create(world)


@pytest.fixture
async def person(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def code(chain) -> str:
    statement = select(Sku.code).where(Sku.id == chain.sku)
    return await chain.world.run(lambda work: work.session.scalar(statement))


async def rows(world, statement) -> list[tuple]:
    found = await world.run(lambda work: work.session.execute(statement))
    return [tuple(row) for row in found]


def faults(run) -> list[tuple]:
    return [(each["row"], each["column"], each["code"]) for each in run["faults"]]


async def test_a_row_takes_a_customer_on_as_a_person_would(world, chain, person):
    lines = [
        ["North Shop", "5 Quay Road", "Shanghai", "on_account", "5000.00", "Li", "li@n.example"],
        ["South Shop", "", "", "", "unlimited", "", ""],
        ["West Shop", "", "", "BARTER", "", "", ""],
        ["Quay Shop", "5 Quay Road", "", "", "", "", ""],
        ["East Shop", "", "", "", "", "Wu", "no address"],
        ["North Shop", "", "", "", "", "", ""],
        ["Corner Shop", "", "", "PREPAID", "", "", ""],
        ["", "", "", "", "", "", ""],
        ["Lone Shop", "", "", "", "1.23456", "Wu", ""],
    ]

    run = await imported(person, "CUSTOMERS", table(CUSTOMERS, *lines))

    assert faults(run) == [
        (4, "payment_terms", "CELL_UNREADABLE"),
        (5, "city", "INVALID"),
        (6, "email", "INVALID"),
        (7, "customer", "ROW_TWICE"),
        (8, "payment_terms", "CANNOT_CHANGE"),
        (10, "email", "CELL_UNREADABLE"),
    ]
    assert await rows(world, select(func.count()).select_from(Organisation)) == [(3,)]
    done = await applied(person, run["id"], goodRowsOnly=True)
    assert (done["state"], done["written"]) == ("DONE", 2)
    terms = TradingRelationship
    made = (
        select(Organisation.name, terms.payment_terms, terms.credit_limit, DeliveryAddress.street)
        .join(terms, terms.buyer_id == Organisation.id)
        .outerjoin(DeliveryAddress, DeliveryAddress.organisation_id == Organisation.id)
        .where(terms.seller_id == chain.distributor, Organisation.id != chain.retailer)
        .order_by(Organisation.name)
    )
    assert await rows(world, made) == [
        ("North Shop", "ON_ACCOUNT", 5000, "5 Quay Road"),
        ("South Shop", "PREPAID", None, None),
    ]
    assert await rows(world, select(Invitation.email, Invitation.name)) == [("li@n.example", "Li")]
    out = await exported(person, "CUSTOMERS", "CSV")
    content = await fetched(person, out["file"]["downloadUrl"])
    again = await imported(person, "CUSTOMERS", content)
    assert (again["faults"], again["rows"], "unlimited" in content.decode()) == ([], 3, True)


async def test_prices_come_into_a_draft_of_their_own(world, chain, person, code):
    heading = ["price_list", "sku", "packaging_level", "amount"]
    (listed,) = await rows(world, select_list(chain.distributor))
    good = [[listed[0], code, "CASE", "240.50"], [listed[0], code, "PIECE", "11"]]
    bad = [[listed[0], code, "", "0"], ["Nowhere", code, "", "1"], [*good[0][:3], "9"]]

    run = await imported(person, "PRICES", table(heading, *good, *bad))

    assert faults(run) == [
        (4, "amount", "ZERO_PRICE_UNCONFIRMED"),
        (5, "price_list", "UNKNOWN_IN_FILE"),
        (6, "valid_from", "PRICE_ROWS_OVERLAP"),
    ]
    assert run["priceChangeSetId"] is None
    done = await applied(person, run["id"], goodRowsOnly=True)
    draft = key_in(done["priceChangeSetId"])
    there = select(PriceChangeSet.name, PriceChangeSet.status).where(PriceChangeSet.id == draft)
    assert await rows(world, there) == [("table.csv", "DRAFT")]
    put = select(PriceChangeRow.amount).where(PriceChangeRow.change_set_id == draft)
    assert sorted(await rows(world, put)) == [(11,), (240.5,)]


def select_list(seller):
    return select(PriceList.name).where(PriceList.seller_id == seller)


async def test_rows_of_one_reference_are_one_order_placed_whole(world, chain, person, code):
    good = [
        ["Corner Shop", "PO-1", code, "2", "CASE", "146.17", ""],
        ["Corner Shop", "PO-2", code, "1", "CASE", "", ""],
        ["Corner Shop", "PO-1", code, "1", "", "", ""],
    ]
    bad = [
        ["Corner Shop", "PO-3", code, "1", "CASE", "", ""],
        ["Corner Shop", "PO-3", "NO-SUCH", "1", "", "", ""],
        ["Corner Shop", "PO-4", code, "1", "PALLET", "", ""],
        ["Corner Shop", "PO-5", code, "1", "CASE", "9.99", ""],
        ["Nobody", "PO-6", code, "1", "", "", ""],
        ["Corner Shop", "PO-7", code, "=1+1", "", "", ""],
        ["Corner Shop", "PO-8", code, "1", "", "", "2199-01-01"],
        ["Corner Shop", "PO-9", code, "1", "", "", "2199-01-01"],
        ["Corner Shop", "PO-9", code, "1", "CASE", "", "2199-01-02"],
        ["Corner Shop", "", code, "1", "", "", ""],
    ]
    content = table(ORDERS, *good, *bad)

    run = await imported(person, "ORDERS", content)

    assert faults(run) == [
        (5, "reference", "ORDER_INCOMPLETE"),
        (6, "sku", "UNKNOWN_IN_FILE"),
        (7, "packaging_level", "NO_SUCH_PACKAGING"),
        (8, "total", "PRICE_CHANGED"),
        (9, "customer", "UNKNOWN_IN_FILE"),
        (10, "quantity", "CELL_IS_FORMULA"),
        (11, "deliver_on", "DELIVERY_DATE_WRONG"),
        (12, "reference", "ORDER_INCOMPLETE"),
        (13, "deliver_on", "CELL_UNREADABLE"),
        (14, "reference", "CELL_UNREADABLE"),
    ]
    assert await rows(world, select(func.count()).select_from(Order)) == [(0,)]
    assert (await applied(person, run["id"]))["code"] == "IMPORT_HAS_BAD_ROWS"
    done = await applied(person, run["id"], goodRowsOnly=True)
    assert (done["state"], done["written"]) == ("DONE", 3)
    placed = (
        select(Order.buyer_reference, Order.state, Order.channel, func.count())
        .join(OrderLine, OrderLine.order_id == Order.id)
        .group_by(Order.buyer_reference, Order.state, Order.channel)
        .order_by(Order.buyer_reference)
    )
    assert await rows(world, placed) == [
        ("PO-1", "CONFIRMED", "PARTNER_SYSTEM", 2),
        ("PO-2", "CONFIRMED", "PARTNER_SYSTEM", 1),
    ]
    colleague = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    again = await imported(colleague, "ORDERS", table(ORDERS, *good))
    taken = "BUYER_REFERENCE_TAKEN"
    assert [each[2] for each in faults(again)] == [taken, taken, "ORDER_INCOMPLETE"]


async def test_an_order_is_of_one_batch_wherever_its_rows_stand(
    world, chain, person, code, monkeypatch
):
    monkeypatch.setattr(stepping, "BATCH", 4)
    units = ("CASE", "PIECE")
    lines = [["Corner Shop", f"PO-{at}", code, "1", unit] for unit in units for at in range(6)]

    run = await imported(person, "ORDERS", table(ORDERS[:5], *lines))
    await applied(person, run["id"])

    assert (await shown(person, run["id"]))["written"] == 12
    assert await rows(world, select(func.count()).select_from(Order)) == [(6,)]


async def test_who_looks_after_some_customers_sees_the_own_imports_alone(
    world, chain, person, code
):
    rep = await world.member(chain.distributor, "SALES")
    content = table(ORDERS[:4], ["Corner Shop", "PO-1", code, "1"])
    theirs = await imported(person, "ORDERS", content)

    assert await shown(rep, theirs["id"]) is None
    assert (await applied(rep, theirs["id"]))["codes"] == ["NOT_FOUND"]
    own = await imported(rep, "ORDERS", content)
    assert faults(own) == [(2, "customer", "UNKNOWN_IN_FILE")]
    await world.assign_rep(chain.downstream, rep)
    own = await imported(rep, "ORDERS", content)
    assert faults(own) == []


async def test_a_batch_of_prices_costs_the_same_statements_whatever_it_holds(
    world, chain, person, code, statements
):
    (listed,) = await rows(world, select_list(chain.distributor))
    costs = []
    for many in (2, 40):
        lines = [[listed[0], code, str(place + 1), "9"] for place in range(many)]
        heading = ["price_list", "sku", "from_quantity", "amount"]
        run = await begun(person, "PRICES", table(heading, *lines))
        await carried(world, run["id"], most=1)
        with statements.counting() as sent:
            await carried(world, run["id"], most=1)
        costs.append(len(sent))
    assert costs[0] == costs[1]
