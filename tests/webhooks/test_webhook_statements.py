"""How many statements webhooks take: the same for one delivery and for many."""

from sqlalchemy import select

from app.db.outbox import OutboxEvent
from app.webhooks.operations.hearing import hear
from tests.support.hook_log import log_of
from tests.support.hooks import hook


async def _confirmed(world) -> OutboxEvent:
    found = select(OutboxEvent).where(OutboxEvent.kind == "order_confirmed")
    rows = await world.run(lambda work: work.session.scalars(found.order_by(OutboxEvent.id)))
    return list(rows)[-1]


async def _counted(statements, running) -> int:
    with statements.counting() as seen:
        await running
    return len([each for each in seen if not each.startswith(("BEGIN", "COMMIT", "ROLLBACK"))])


async def test_an_event_that_nobody_chose_takes_one_statement(chain, buyer, statements):
    await chain.place(buyer)
    event = await _confirmed(chain.world)

    counted = await _counted(statements, chain.world.run(lambda work: hear(work, event)))

    assert counted == 1


async def test_an_event_that_many_chose_takes_as_many_as_one_that_one_did(
    chain, buyer, seller, receiver, statements
):
    await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    first = await _confirmed(chain.world)
    for _ in range(4):
        await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    second = await _confirmed(chain.world)

    counted = [
        await _counted(statements, chain.world.run(lambda work, event=event: hear(work, event)))
        for event in (first, second)
    ]

    assert counted == [4, 4]


async def test_a_pass_takes_as_many_for_four_deliveries_as_for_one_but_for_what_they_show(
    post, chain, buyer, seller, receiver, statements
):
    await hook(seller, receiver.url, "ORDER_CONFIRMED")
    counted = []
    for number in (1, 4, 1):  # The first time rights and shapes are read that are kept then.
        for _ in range(number):
            await chain.place(buyer)
        await post.hear()
        counted.append(await _counted(statements, post.send()))

    to_show_one = 2
    assert counted[1] - counted[2] == 3 * to_show_one
    assert counted[2] == 15 + to_show_one


async def test_webhooks_and_their_log_are_read_in_as_many_for_many_as_for_one(
    post, chain, buyer, seller, receiver, statements, queries_run_once
):
    page = "{ webhooks { edges { node { id validSecrets { createdAt } } } } }"
    counted = []
    for number in (1, 1, 4):  # The first time rights are read that are kept then.
        for _ in range(number):
            webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
            await chain.place(buyer)
        await post.deliver()
        listed = await _counted(statements, seller.ask(page))
        logged = await _counted(statements, log_of(seller, webhook))
        counted.append((listed, logged))

    assert counted[1] == counted[2] == (3, 5)
