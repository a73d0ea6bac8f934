"""What the laboratory leans on: it sees COMMITs, and loss and doubling where there are any."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from chaos.broker import NoRabbit, rabbit_in
from chaos.clocks import skew
from chaos.comparing import compare
from chaos.faults import FAULTS, schedule
from chaos.ledger import Fate, Intent, Ledger, read_ledger
from chaos.paper import write_report
from chaos.run import Outcome, Plan, Ran
from chaos.wire import CommitWatch
from launch.rabbitmq.programs import find_programs
from tests.support.chain import Chain, on_order
from tests.support.order_terms import deliver, give, placement
from tests.support.world import gid

RECEIVE = """mutation($input: ReceiveStockInput!) { receiveStock(input: $input) {
    ... on StockChange { moves { id } } } }"""
STARTUP = (8).to_bytes(4) + (196_608).to_bytes(4)
SSL = (8).to_bytes(4) + (80_877_103).to_bytes(4)


def message(kind, body):
    return kind + (4 + len(body)).to_bytes(4) + body


QUERY = message(b"Q", b"SELECT 'COMMIT'\0")
COMMIT = message(b"Q", b"COMMIT\0")
PREPARE = message(b"P", b"_pg3_0\0COMMIT\0\0\0")
EXECUTE = message(b"B", b"\0_pg3_0\0\0\0\0\0\0\0")
OTHER = message(b"B", b"\0_pg3_1\0\0\0\0\0\0\0")


@pytest.mark.parametrize(
    ("sent", "commits"),
    [
        ([STARTUP, QUERY, COMMIT], [False, False, True]),
        ([SSL, STARTUP, COMMIT], [False, False, True]),
        ([STARTUP + PREPARE, OTHER, EXECUTE], [False, False, True]),
        ([STARTUP, COMMIT[:3], COMMIT[3:]], [False, False, True]),
        ([STARTUP, QUERY + COMMIT], [False, True]),
        ([SSL, COMMIT], [False, False]),
    ],
    ids=["text", "after-ssl", "prepared", "in-pieces", "behind-another", "before-startup"],
)
def test_commits_are_seen_as_they_pass(sent, commits):
    watch = CommitWatch()

    assert [watch(data) for data in sent] == commits


@pytest.fixture
def superuser_dsn(access):
    return access.owner_dsn.replace("tributary_owner@", "postgres@")


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def placed(chain, buyer, key):
    given = placement(chain, "143.19", note=key)
    return await give(buyer, "placeOrder", "PlaceOrderInput", given, "id state")


def intent(world, key, fate, operation="placeOrder"):
    return Intent(key, str(world.tenant_id), operation, fate, "", 0.0)


async def test_loss_doubling_and_what_was_refused_and_done_are_told(chain, superuser_dsn):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    for key in ("once", "twice", "twice", "refused"):
        await placed(chain, buyer, key)

    comparison = compare(
        [
            intent(world, "once", Fate.ACKNOWLEDGED),
            intent(world, "twice", Fate.ACKNOWLEDGED),
            intent(world, "never", Fate.ACKNOWLEDGED),
            intent(world, "refused", Fate.REFUSED),
            intent(world, "unheard", Fate.UNANSWERED),
        ],
        superuser_dsn,
    )

    assert comparison.lost == ["placeOrder never: 0 effects"]
    assert comparison.doubled == ["placeOrder twice: 2 effects"]
    assert comparison.unasked == ["placeOrder refused: 1 effects, though refused with "]
    assert comparison.unanswered == Counter({"placeOrder": 1})


async def test_a_step_counts_by_the_audit_trail(chain, superuser_dsn):
    world = chain.world
    await chain.stock(chain.distributor, 100)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order = (await placed(chain, buyer, "an order"))["id"]
    await on_order(keeper, "allocateOrder", order)

    comparison = compare(
        [
            intent(world, f"{order}/ALLOCATE", Fate.ACKNOWLEDGED, "ALLOCATE"),
            intent(world, f"{order}/SETTLE", Fate.ACKNOWLEDGED, "SETTLE"),
        ],
        superuser_dsn,
    )

    assert comparison.lost == [f"SETTLE {order}/SETTLE: 0 effects"]
    assert comparison.doubled == []


async def test_goods_that_went_on_to_a_buyer_were_received_once(chain, superuser_dsn):
    world = chain.world
    keeper = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    goods = {"skuId": gid("Sku", chain.sku), "packagingLevel": "PIECE", "quantity": "500"}
    for key in ("once", "twice", "again"):
        code = "twice" if key == "again" else key
        given = {"idempotencyKey": key, "goods": [{**goods, "lotCode": code}]}
        await keeper.ask(RECEIVE, input=given)
    for key in ("first", "second", "third"):
        order = (await placed(chain, buyer, key))["id"]
        await deliver(chain, keeper, buyer, order)
        await on_order(buyer, "confirmReceipt", order, "ConfirmReceiptInput")

    comparison = compare(
        [intent(world, key, Fate.ACKNOWLEDGED, "receiveStock") for key in ("once", "twice")],
        superuser_dsn,
    )

    assert comparison.lost == []
    assert comparison.doubled == ["receiveStock twice: 2 effects"]


def test_the_ledger_remembers_what_was_meant_though_no_answer_came(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.intend("a", "tenant", "placeOrder")
    ledger.intend("b", "tenant", "placeOrder")
    ledger.close_intent("a", Fate.ACKNOWLEDGED, "id", 0.25)

    found = [(each.key, each.fate, each.result) for each in read_ledger(ledger.path)]

    ledger.close()
    assert found == [("a", Fate.ACKNOWLEDGED, "id"), ("b", Fate.UNANSWERED, "")]


def test_clock_is_wrong_by_its_offset_where_it_was_skewed():
    asked = ModuleType("asked")

    skew([asked], timedelta(hours=-1))

    before, told, after = datetime.now(UTC), asked.datetime.now(UTC), datetime.now(UTC)
    assert before <= told + timedelta(hours=1) <= after
    assert type(told) is datetime


@pytest.mark.skipif(find_programs(Path("nowhere")) is not None, reason="RabbitMQ is installed")
def test_where_rabbitmq_is_missing_the_laboratory_says_so(tmp_path):
    with pytest.raises(NoRabbit, match="no RabbitMQ"), rabbit_in(tmp_path, tmp_path):
        pass


def test_a_seed_plans_the_same_faults_and_each_kind_as_often():
    planned = schedule(3, 4 * len(FAULTS))

    assert planned == schedule(3, 4 * len(FAULTS))
    assert planned != schedule(4, 4 * len(FAULTS))
    assert set(Counter(fault.name for fault in planned).values()) == {4}


def test_a_fault_that_never_ended_is_no_success(tmp_path):
    ran = Ran(Plan(seed=1, faults=schedule(1, 1), minutes=1), came_to_rest=True)
    assert ran.is_whole

    ran.outcomes.append(Outcome("web-killed", "killed the web server", 1.0, None))

    assert not ran.is_whole
    assert "| web-killed | 1 |  |  | 1 |" in write_report(ran, tmp_path).read_text()


@pytest.mark.parametrize("carrier", ["PostgreSQL", "RabbitMQ"])
def test_a_report_names_what_carried_the_jobs(tmp_path, carrier):
    ran = Ran(Plan(seed=1, faults=[], minutes=1), carrier)

    assert f"Jobs were carried by {carrier};" in write_report(ran, tmp_path).read_text()
