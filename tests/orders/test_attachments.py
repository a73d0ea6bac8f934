"""Files on orders: both sides read them, and they come off drafts only."""

import pytest
from sqlalchemy import func, select

from app.kernel.ids import new_id
from app.orders.models import OrderAttachment
from app.storage.models import StoredFile
from tests.support.chain import Chain
from tests.support.files import PDF, uploaded
from tests.support.world import gid

SHOWN = "attachments { authorName attachedAt isOurs file { id fileName downloadUrl } }"
ATTACH = f"""mutation($input: AttachToOrderInput!) {{ attachToOrder(input: $input) {{
  ... on Order {{ id {SHOWN} }} ... on Refusal {{ code }} }} }}"""
REMOVE = f"""mutation($input: RemoveAttachmentInput!) {{ removeAttachment(input: $input) {{
  ... on Order {{ id {SHOWN} }} ... on Refusal {{ code }} }} }}"""
ORDER = f"query($id: ID!) {{ node(id: $id) {{ ... on Order {{ {SHOWN} }} }} }}"
CREATE = """mutation($input: CreateOrderInput!) { createOrder(input: $input) {
  ... on Order { id } ... on Refusal { code } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def attach(person, order: str, file: str) -> dict:
    given = {"idempotencyKey": new_id().hex, "orderId": order, "fileId": file}
    answer = await person.ask(ATTACH, input=given)
    return {"codes": answer.error_codes} if answer.error_codes else answer.data["attachToOrder"]


async def remove(person, order: str, file: str) -> dict:
    answer = await person.ask(REMOVE, input={"orderId": order, "fileId": file})
    return {"codes": answer.error_codes} if answer.error_codes else answer.data["removeAttachment"]


async def count(world, of) -> int:
    return await world.run(lambda work: work.session.scalar(select(func.count()).select_from(of)))


async def test_both_sides_of_an_order_have_its_files_and_nobody_else(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    seller = await world.member(chain.distributor, "SERVICE")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = (await chain.place(buyer))["id"]
    file = await uploaded(buyer, "ORDER_ATTACHMENT", PDF, "letter.pdf")

    done = await attach(buyer, order, file)

    (shown,) = (await seller.ask(ORDER, id=order)).data["node"]["attachments"]
    assert (shown["isOurs"], shown["file"]["fileName"]) == (False, "letter.pdf")
    answer = await world.http.get(shown["file"]["downloadUrl"])
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert [each["isOurs"] for each in done["attachments"]] == [True]
    other = await uploaded(brand, "ORDER_ATTACHMENT", PDF)
    assert (await attach(brand, order, other))["codes"] == ["NOT_FOUND"]
    assert (await attach(seller, order, file))["codes"] == ["NOT_FOUND"]
    assert (await attach(buyer, order, file))["code"] == "FILE_IN_USE"
    assert (await remove(buyer, order, file))["code"] == "ATTACHMENT_STAYS"
    assert (await remove(seller, order, file))["codes"] == ["NOT_FOUND"]
    assert await count(world, OrderAttachment) == 1


async def test_a_file_comes_off_a_draft_and_is_gone(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    lines = [{"skuId": gid("Sku", chain.sku), "quantity": "1"}]
    given = {"idempotencyKey": new_id().hex, "lines": lines}
    given["relationshipId"] = gid("TradingRelationship", chain.downstream)
    draft = (await buyer.ask(CREATE, input=given)).data["createOrder"]["id"]
    file = await uploaded(buyer, "ORDER_ATTACHMENT", PDF, "letter.pdf")
    (shown,) = (await attach(buyer, draft, file))["attachments"]

    gone = await remove(buyer, draft, file)

    assert gone["attachments"] == []
    assert (await world.http.get(shown["file"]["downloadUrl"])).status_code == 404
    assert (await count(world, OrderAttachment), await count(world, StoredFile)) == (0, 0)
