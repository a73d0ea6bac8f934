"""Statements of accounts: what both sides read, what the buyer says of it, who is told of money."""

from datetime import UTC, date, datetime, timedelta

import pytest
from reportlab.pdfgen import canvas as reportlab_canvas
from sqlalchemy import select

from app.books import check_tenant
from app.db.outbox import OutboxEvent
from app.organisations.models import AssignedRep
from tests.support.chain import REFUSAL, Chain
from tests.support.paper import billed, tell
from tests.support.world import gid
from workers.clock import tick_in_tenant

FIELDS = """currency opening charged credited closing credit difference isAsAnswered
    answer { verdict words closing answeredBy } ages { age open }
    entries { kind day number amount allocated balance isLater } file { downloadUrl }"""
ASK = f"""query($terms: ID!, $since: Date!, $until: Date!) {{
    accountStatement(relationshipId: $terms, since: $since, until: $until) {{ {FIELDS} }} }}"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world, payment_days=30)


@pytest.fixture
async def people(chain):
    """The two sides, one who looks after the customer, one who does not, and one who looks on."""
    world = chain.world
    await chain.stock(chain.distributor, 500)
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER", "ENTERPRISE_ADMIN")
    rep, other = [await world.member(chain.distributor, "SALES") for _ in range(2)]
    onlooker = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    row = {"membership_id": rep.membership_id, "assigned_at": datetime.now(UTC)}
    await world.save(AssignedRep(relationship_id=chain.downstream, **row))
    return seller, buyer, rep, other, onlooker


async def receive(seller, chain, amount, key, **more):
    terms = gid("TradingRelationship", chain.downstream)
    given = {"idempotencyKey": key, "relationshipId": terms, "amount": amount, "reference": key}
    return await tell(
        seller, "receivePayment", "Payment", "id", **given, method="BANK_TRANSFER", **more
    )


async def told(world, kind, what="recipients"):
    """Who was told of each event of a kind, or what, in their order."""
    asked = select(OutboxEvent.data).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
    rows = await world.run(lambda work: work.session.scalars(asked))
    return [row[what] for row in rows]


async def test_both_sides_read_one_statement_and_the_buyer_confirms_it(
    chain, people, statements, monkeypatch
):
    """R3-26, R3-27."""
    world = chain.world
    seller, buyer, rep, other, onlooker = people
    terms = gid("TradingRelationship", chain.downstream)
    await tell(
        buyer, "setBillingDetails", "BillingDetails", "city", legalName="角落", language="ZH"
    )
    bill = await billed(chain, seller, buyer)
    first = date.fromisoformat(bill["issuedOn"])
    days = {"since": str(first - timedelta(days=7)), "until": str(first + timedelta(days=2))}

    async def read(person, **more):
        answer = await person.ask(ASK, terms=terms, **(days | more))
        return answer.data["accountStatement"] if "errors" not in answer.body else answer

    with statements.counting() as few:
        await read(seller)
    await receive(seller, chain, "100", "bank 1", oldestFirst=True)
    mistaken = await receive(seller, chain, "20", "bank 2")
    await tell(
        seller, "reversePayment", "Payment", "id", paymentId=mistaken["id"], reason="Not ours"
    )
    credited = [{"position": 1, "quantity": "12", "cause": "SHORT"}]
    given = {"idempotencyKey": "c", "invoiceId": bill["id"], "lines": credited, "reason": "Short"}
    note = await tell(seller, "creditInvoice", "CreditNote", "total documentNumber", **given)
    with statements.counting() as many:
        shown = await read(seller)

    assert len(many) == len(few)
    assert (shown["opening"], shown["charged"], note["total"]) == ("0", "163.19", "35.80")
    assert (shown["credited"], shown["closing"], shown["credit"]) == ("155.80", "7.39", "0")
    kinds = [(each["kind"], each["amount"], each["allocated"]) for each in shown["entries"]]
    assert kinds == [
        ("INVOICE", "143.19", "0"),
        ("PAYMENT", "-100", "0"),
        ("ALLOCATION", "0", "100"),
        ("PAYMENT", "-20", "0"),
        ("PAYMENT_REVERSED", "20", "0"),
        ("CREDIT_NOTE", "-35.80", "0"),
        ("ALLOCATION", "0", "35.80"),
    ]
    assert shown["entries"][0]["number"] == bill["documentNumber"]
    assert shown["entries"][-1]["balance"] == "7.39"
    assert shown["ages"][0] == {"age": "NOT_DUE", "open": "7.39"}
    due = str(first + timedelta(days=32))
    late = await read(buyer, until=due)
    assert [each["open"] for each in late["ages"]] == ["0", "7.39", "0", "0", "0"]
    shared = [await read(person) for person in (buyer, rep)]
    for found in (shown, *shared):
        found.pop("file")
    assert shared == [shown, shown]
    for stranger in (other, onlooker):
        assert (await read(stranger)).error_codes == ["NOT_FOUND"]
    assert (await read(buyer, until=days["since"])).error_codes == ["INVALID"]

    await require_answers(chain, people, read, days, terms)
    await require_paper(world, monkeypatch, (await read(buyer))["file"])
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def require_answers(chain, people, read, days, terms):
    """Only the buyer answers, to what it saw; what is booked afterwards is seen as a difference."""
    seller, buyer, rep, _, _ = people

    async def answer(person, closing, verdict, words="", key="one"):
        given = {"relationshipId": terms, **days, "seenClosing": closing, "verdict": verdict}
        document = f"""mutation($input: AnswerAccountStatementInput!) {{
            answerAccountStatement(input: $input) {{
                ... on AccountStatement {{ {FIELDS} }} {REFUSAL} }} }}"""
        found = await person.ask(document, input={"idempotencyKey": key, "words": words, **given})
        return found if "errors" in found.body else found.data["answerAccountStatement"]

    assert (await answer(buyer, "7.38", "CONFIRMED"))["code"] == "STATEMENT_CHANGED"
    assert (await answer(buyer, "7.39", "DISPUTED")).error_codes == ["INVALID"]
    assert (await answer(seller, "7.39", "CONFIRMED")).error_codes == ["NOT_FOUND"]
    disputed = await answer(buyer, "7.39", "DISPUTED", "We sent 14 back", "two")
    confirmed = await answer(buyer, "7.39", "CONFIRMED", key="three")
    again = await answer(buyer, "7.39", "CONFIRMED", key="three")
    assert disputed["answer"]["words"] == "We sent 14 back"
    assert (confirmed["answer"]["verdict"], confirmed["difference"]) == ("CONFIRMED", "0")
    assert confirmed["isAsAnswered"] is True
    assert again["answer"] == confirmed["answer"]
    watching = {str(seller.membership_id), str(rep.membership_id)}
    assert [set(each) for each in await told(chain.world, "statement_answered")] == [watching] * 2

    yesterday = str(date.fromisoformat(days["since"]) - timedelta(days=1))
    await receive(seller, chain, "5", "found late", receivedOn=yesterday)
    await receive(seller, chain, "1", "after")
    changed = await read(seller)
    assert (changed["opening"], changed["closing"], changed["difference"]) == ("-5", "1.39", "-6")
    assert changed["isAsAnswered"] is False
    assert [each["number"] for each in changed["entries"] if each["isLater"]] == ["after"]


async def require_paper(world, monkeypatch, file):
    texts = []
    draw = reportlab_canvas.Canvas.drawString

    def noting(self, left, top, text, *rest, **more):
        texts.append(text)
        return draw(self, left, top, text, *rest, **more)

    monkeypatch.setattr(reportlab_canvas.Canvas, "drawString", noting)
    fetched = await world.http.get(file["downloadUrl"])
    assert (fetched.status_code, fetched.content[:5]) == (200, b"%PDF-")
    written = "".join(texts)
    for word in ("对账单", "期初余额", "-5.00", "角落", "143.19", "付款冲销", "期末余额", "1.39"):
        assert word in written, word


async def test_people_are_told_of_money_that_they_may_see_and_once_that_it_is_overdue(
    chain, people
):
    """R2-14: both sides, the rep who looks after the customer, and nobody else."""
    world = chain.world
    seller, buyer, rep, _, _ = people
    bill = await billed(chain, seller, buyer)
    await receive(seller, chain, "100", "bank", oldestFirst=True)
    given = {"idempotencyKey": "c", "invoiceId": bill["id"], "reason": "Short"}
    lines = [{"position": 1, "quantity": "1", "cause": "SHORT"}]
    await tell(seller, "creditInvoice", "CreditNote", "id", **given, lines=lines)
    for days in (29, 40, 41):
        now = datetime.now(UTC) + timedelta(days=days)
        await tick_in_tenant(world.database, world.tenant_id, lambda now=now: now)

    at_buyers = [str(buyer.membership_id)]
    both = {str(each.membership_id) for each in (seller, buyer, rep)}
    for kind in ("invoice_issued", "credit_note_issued", "payment_recorded"):
        assert await told(world, kind) == [at_buyers], kind
    assert [set(each) for each in await told(world, "invoice_overdue")] == [both]
    assert await told(world, "invoice_issued", "total") == ["143.19"]
    assert await told(world, "payment_recorded", "amount") == ["100.00"]
    assert await told(world, "payment_recorded", "reference") == ["bank"]
