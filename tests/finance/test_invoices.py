"""Invoices and credit notes: numbers without a gap, dates, parties, tax by rate."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.books import check_tenant
from app.finance.operations import InvoiceLineDraft, issue_invoice
from app.kernel.ids import new_id
from tests.support.chain import Chain
from tests.support.paper import billed, invoice, tell

DETAILS = {
    "legalName": "East Distribution Co., Ltd.",
    "taxNumber": "91310000MA1FL0000X",
    "street": "Harbour Road 1",
    "city": "Shanghai",
    "country": "CN",
    "bankAccount": "ICBC 6222 0000",
    "language": "ZH",
    "timeZone": "Asia/Shanghai",
}
PARTY = ["name", "taxNumber", "street", "city", "country", "bankAccount"]


@pytest.fixture
async def chain(world):
    return await Chain.create(world, payment_days=30)


async def issued(work, chain, amount="10"):
    """An invoice of a document that is none of ours."""
    draft = InvoiceLineDraft(
        new_id(), 1, chain.sku, Decimal(1), Decimal(amount), Decimal(0), Decimal(13)
    )
    return await issue_invoice(
        work,
        seller_id=chain.distributor,
        buyer_id=chain.retailer,
        relationship_id=chain.downstream,
        source_kind="order",
        source_id=new_id(),
        currency="CNY",
        lines=[draft],
    )


async def test_numbers_have_no_gap_and_begin_anew_with_the_sellers_year(chain):
    world, old_year = chain.world, datetime(2031, 12, 31, 15, 59, tzinfo=UTC)
    new_year = datetime(2031, 12, 31, 16, 0, tzinfo=UTC)

    async def rolled_back(work):
        await issued(work, chain)
        msg = "nothing of it stays"
        raise RuntimeError(msg)

    async def at(instant, command=lambda work: issued(work, chain)):
        return await world.run(command, now=instant)

    found = await asyncio.gather(
        *(at(old_year) for _ in range(4)),
        at(old_year, rolled_back),
        at(old_year),
        return_exceptions=True,
    )
    next_year = await at(new_year)
    again = await at(old_year)

    numbers = [(each.year, each.number) for each in found if not isinstance(each, Exception)]
    assert sorted(numbers) == [(2031, number) for number in range(1, 6)]
    assert (next_year.year, next_year.number, str(next_year.issued_on)) == (2032, 1, "2032-01-01")
    assert (again.year, again.number, str(again.due_on)) == (2031, 6, "2032-01-30")


async def test_an_invoice_keeps_dates_and_parties_and_credit_is_of_its_lines(chain):
    """R3-26, R3-28."""
    world = chain.world
    await chain.stock(chain.distributor, 500)
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    stranger = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    said = await tell(seller, "setBillingDetails", "BillingDetails", "legalName", **DETAILS)
    assert said["legalName"] == DETAILS["legalName"]

    first = await billed(chain, seller, buyer, buyerReference="PO-7")
    await tell(seller, "setBillingDetails", "BillingDetails", "legalName", legalName="Another name")

    year = first["issuedOn"][:4]
    assert first["documentNumber"] == f"{year}-000001"
    assert first["sellerDetails"] == {
        name: DETAILS["legalName" if name == "name" else name] for name in PARTY
    }
    assert first["buyerDetails"]["name"] == "Corner Shop"
    assert first["buyerReference"] == "PO-7"
    assert first["taxes"] == [{"ratePercent": "13", "net": "126.72", "tax": "16.47"}]
    assert first["lines"][0]["title"] == "Riverside Tea 500 ml"
    assert await invoice(seller, first["id"]) == first

    async def credit(person, pieces, key="one", cause="SHORT"):
        given = {"idempotencyKey": key, "invoiceId": first["id"], "reason": "Count at the door"}
        given["lines"] = [{"position": 1, "quantity": pieces, "cause": cause}]
        fields = "id documentNumber net tax total unallocated invoice { open }"
        return await tell(person, "creditInvoice", "CreditNote", fields, **given)

    third = await credit(seller, "17")
    assert await credit(seller, "17") == third
    refused = await credit(seller, "32", "two")
    rest = await credit(seller, "31", "three", "LOST")

    assert (third["documentNumber"], third["net"], third["tax"]) == (
        f"{year}-000001",
        "44.88",
        "5.83",
    )
    assert refused["code"] == "CREDIT_TOO_LARGE"
    assert (rest["documentNumber"], rest["net"], rest["tax"]) == (
        f"{year}-000002",
        "81.84",
        "10.64",
    )
    assert rest["invoice"]["open"] == "0"
    shown = await invoice(buyer, first["id"])
    assert [note["lines"][0]["cause"] for note in shown["creditNotes"]] == ["SHORT", "LOST"]
    assert (shown["paid"], shown["total"]) == ("143.19", "143.19")
    for kind, key in (("invoice", first["id"]), ("creditNote", rest["id"])):
        field = f"{kind}File"
        asked = f"query($id: ID!) {{ {field}(id: $id) {{ fileName mediaType downloadUrl }} }}"
        found = (await buyer.ask(asked, id=key)).data[field]
        fetched = await world.http.get(found["downloadUrl"])
        assert (fetched.status_code, fetched.content[:5]) == (200, b"%PDF-")
        assert found["fileName"].endswith(".pdf")
        assert (await stranger.ask(asked, id=key)).error_codes == ["NOT_FOUND"]
    asked = "query($id: ID!) { creditNote(id: $id) { total } }"
    assert (await buyer.ask(asked, id=rest["id"])).data["creditNote"]["total"] == "92.48"
    assert (await stranger.ask(asked, id=rest["id"])).error_codes == ["NOT_FOUND"]
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []
