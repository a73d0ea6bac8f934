"""What to see to before a campaign begins can be read, and asked for (R2-3)."""

from sqlalchemy import select, update

from app.catalog.models import Product, Sku
from tests.support.days import network_day
from tests.support.promotions import TERMS, Trade, activated, drafted, mutate
from tests.support.world import gid

SHOWN = """query($ids: [ID!]!) { nodes(ids: $ids) {
    ... on TradeScheme { checklist { point isMet found } } } }"""
POINTS = ["BUDGET", "PERIOD", "AUDIENCE", "GOODS", "OVERLAP"]


async def unmet(person, *schemes):
    """What each scheme's checklist lacks, by point."""
    nodes = (await person.ask(SHOWN, ids=[each["id"] for each in schemes])).data["nodes"]
    assert all([each["point"] for each in node["checklist"]] == POINTS for node in nodes)
    return [
        {each["point"]: each["found"] for each in node["checklist"] if not each["isMet"]}
        for node in nodes
    ]


async def test_a_campaign_shows_what_it_lacks_and_waits_for_it_where_that_is_asked(
    world, statements
):
    trade = await Trade.create(world)
    admin = await world.member(trade.seller, "ENTERPRISE_ADMIN")
    level = await world.level(trade.seller, "Nobody yet")
    going = await world.sku(trade.seller, "Going")
    product = select(Sku.product_id).where(Sku.id == going).scalar_subquery()
    delist = update(Product).where(Product.id == product).values(status="DELISTED")
    await world.run(lambda work: work.session.execute(delist))
    limited = {"limits": {"money": "500"}}
    on_going = {"scope": {"skuIds": [gid("Sku", going), gid("Sku", trade.sku)]}}
    to_nobody = {"eligibility": {"levelIds": [gid("CustomerLevel", level)]}}
    running = await drafted(admin, name="Running", terms=TERMS | limited)
    await activated(admin, running)
    lacking = await drafted(admin, name="Lacking", terms=TERMS | on_going)
    nobody = await drafted(admin, name="For nobody", terms=TERMS | limited | to_nobody)
    later = await drafted(
        admin,
        name="Grouped",
        terms=TERMS | limited | {"lane": "LINE", "benefit": "PERCENT_OFF"},
        validFrom=str(network_day(1)),
    )

    await unmet(admin, lacking)  # What is known of goods is remembered from now on.
    with statements.counting() as one:
        await unmet(admin, lacking)
    with statements.counting() as three:
        lacks, for_nobody, fine = await unmet(admin, lacking, nobody, later)
    waits = await mutate(admin, "activateTradeScheme", schemeId=lacking["id"], onlyIfComplete=True)
    starts = await mutate(admin, "activateTradeScheme", schemeId=later["id"], onlyIfComplete=True)

    assert set(lacks) == {"BUDGET", "GOODS", "OVERLAP"}
    assert "Running" in lacks["OVERLAP"]
    assert lacks["GOODS"].startswith("Not on sale: ")
    assert for_nobody["AUDIENCE"] == "No customer fits it now."
    assert fine == {}
    assert (waits["code"], lacks["BUDGET"] in waits["message"]) == ("CAMPAIGN_INCOMPLETE", True)
    assert starts["status"] == "ACTIVE"
    assert len(one) == len(three)
