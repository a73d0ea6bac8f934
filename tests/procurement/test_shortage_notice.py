"""Who buys for the seller hears of what its stock could not cover (R1-23)."""

from sqlalchemy import select

from app.db.outbox import OutboxEvent
from tests.support.chain import Chain, on_order


async def test_who_buys_for_the_seller_is_told_of_a_shortage(world):
    chain = await Chain.create(world)
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await chain.stock(chain.distributor, 60)
    covered, short = [await chain.place(buyer) for _ in range(2)]

    for order in (covered, short):
        await on_order(keeper, "allocateOrder", order["id"])

    async def told(work):
        rows = await work.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "goods_short")
        )
        return [(row.data["number"], row.data["pieces"], row.data["recipients"]) for row in rows]

    ((number, pieces, recipients),) = await world.run(told)
    assert (number, pieces) == (short["number"], "36")
    assert str(admin.membership_id) in recipients
    assert not {str(keeper.membership_id), str(buyer.membership_id)} & set(recipients)
