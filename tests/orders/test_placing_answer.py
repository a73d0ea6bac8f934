"""What placing an order answers: read in the transaction that placed it."""

from sqlalchemy import func, select

from app.orders.models import Order
from tests.support.chain import REFUSAL, Chain
from tests.support.order_terms import placement
from tests.support.people import give, role

PLACE = f"""mutation($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{
    ... on Order {{ id number state total }} {REFUSAL} }} }}"""
SEEN = "143.19"


async def placed(chain: Chain) -> int:
    count = select(func.count()).select_from(Order)
    return (await chain.world.run(lambda work: work.session.execute(count))).scalar_one()


async def test_an_order_is_answered_as_it_was_written_without_another_transaction(
    world, statements
):
    chain = await Chain.create(world)
    buyer = await world.member(chain.retailer, "BUYER")

    with statements.counting() as sent:
        answer = await buyer.ask(PLACE, input=placement(chain, SEEN))

    order = answer.data["placeOrder"]
    assert (order["state"], order["total"]) == ("CONFIRMED", SEEN)
    assert [text.split(";")[0] for text in sent if text.startswith("BEGIN")] == ["BEGIN"]


async def test_the_same_key_answers_the_same_order(world):
    chain = await Chain.create(world)
    buyer = await world.member(chain.retailer, "BUYER")
    given = placement(chain, SEEN)

    first = await buyer.ask(PLACE, input=given)
    again = await buyer.ask(PLACE, input=given)

    assert again.data == first.data
    assert await placed(chain) == 1


async def test_who_may_not_read_orders_is_told_so_and_the_order_stands(world):
    chain = await Chain.create(world)
    blind = await world.member(chain.retailer)
    rights = [("ORDER_PLACE", "ORGANISATION")]
    await give(world, blind, await role(world, chain.retailer, "Blind", *rights))

    answer = await blind.ask(PLACE, input=placement(chain, SEEN))

    assert answer.error_codes == ["FORBIDDEN"]
    assert await placed(chain) == 1
