"""Trade schemes through the API: drafted, checked, activated by four eyes, changed, ended."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import update

from app.audit.models import AuditEntry
from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.promotions.models import (
    SchemeBudget,
    TradeScheme,
    TradeSchemeVersion,
)
from tests.support.days import network_day
from tests.support.network import actions, count
from tests.support.promotions import TERMS, Trade, activated, drafted, key_of, mutate, scheme_of
from tests.support.world import gid

TEN_OFF = {"threshold": "100", "benefit": "10"}


@pytest.fixture
async def trade(world):
    return await Trade.create(world)


@pytest.fixture
async def admin(trade):
    return await trade.world.member(trade.seller, "ENTERPRISE_ADMIN")


async def test_a_draft_says_what_was_typed_and_speaks_to_nobody(trade, admin):
    terms = TERMS | {
        "scope": {"skuIds": [gid("Sku", trade.sku)]},
        "limits": {"money": "500", "usesPerBuyer": 2},
        "eligibility": {"relationshipIds": [gid("TradingRelationship", trade.relationship)]},
    }

    made = await drafted(admin, name="Ten off", terms=terms)

    assert (made["name"], made["status"], made["budget"]) == ("Ten off", "DRAFT", None)
    assert made["terms"]["tiers"] == [TEN_OFF]
    assert made["terms"]["scope"]["skuIds"] == [gid("Sku", trade.sku)]
    assert made["terms"]["limits"] == {"money": "500", "usesPerBuyer": 2}
    assert await trade.offers_of() == []
    assert await actions(trade.world, key_of(made)) == ["TRADE_SCHEME_DRAFTED"]


async def test_the_same_key_drafts_once(trade, admin):
    first = await drafted(admin, name="Ten off", idempotencyKey="one")
    again = await drafted(admin, name="Ten off", idempotencyKey="one")

    assert first["id"] == again["id"]
    assert await count(trade.world, TradeScheme) == 1


async def test_an_activated_scheme_speaks_and_has_its_budget(trade, admin):
    made = await drafted(admin, terms=TERMS | {"limits": {"money": "500", "uses": 7}})

    active = await activated(admin, made)

    assert active["status"] == "ACTIVE"
    assert active["budget"] == {
        "moneyLimit": "500",
        "moneyUsed": "0",
        "moneyLeft": "500",
        "usesLimit": 7,
        "uses": 0,
    }
    assert await trade.offers_of() == [key_of(made)]


async def test_nobody_activates_what_they_wrote_where_two_must_agree(trade, admin):
    needs_two = update(Organisation).values(needs_price_approval=True)
    await trade.world.run(lambda work: work.session.execute(needs_two))
    other = await trade.world.member(trade.seller, "ENTERPRISE_ADMIN")
    made = await drafted(admin)

    own = await activated(admin, made)
    active = await activated(other, made)
    changed = await mutate(other, "changeTradeScheme", schemeId=made["id"], terms=TERMS)

    assert own["code"] == "TRADE_SCHEME_NEEDS_SECOND_PERSON"
    assert active["status"] == "ACTIVE"
    assert changed["code"] == "ACTIVE_TRADE_SCHEME_NEEDS_APPROVAL"
    assert await count(trade.world, TradeSchemeVersion) == 2


async def test_whoever_changes_a_draft_is_its_author(trade, admin):
    needs_two = update(Organisation).values(needs_price_approval=True)
    await trade.world.run(lambda work: work.session.execute(needs_two))
    other = await trade.world.member(trade.seller, "ENTERPRISE_ADMIN")
    made = await drafted(admin)

    changed = await mutate(other, "changeTradeScheme", schemeId=made["id"], terms=TERMS)
    refused = await activated(other, made)

    assert changed["status"] == "DRAFT"
    assert refused["code"] == "TRADE_SCHEME_NEEDS_SECOND_PERSON"


async def test_a_changed_scheme_keeps_what_it_said_on_both_time_axes(trade, admin):
    made = await drafted(admin)
    await activated(admin, made)
    tomorrow = network_day(1)

    changed = await mutate(
        admin,
        "changeTradeScheme",
        schemeId=made["id"],
        terms=TERMS | {"tiers": [{"threshold": "100", "benefit": "20"}]},
        validFrom=str(tomorrow),
    )

    known = await scheme_of(admin, made["id"], knownAt=datetime.now(UTC).isoformat())
    every = await scheme_of(admin, made["id"])
    midnight = datetime.combine(tomorrow, datetime.min.time(), UTC) - timedelta(hours=8)
    assert changed["terms"]["tiers"][0]["benefit"] == "20"
    assert [each["terms"]["tiers"][0]["benefit"] for each in known] == ["10", "20"]
    assert known[0]["validUntil"] == known[1]["validFrom"] == midnight.isoformat()
    assert [each["knownUntil"] is None for each in every] == [False, False, True, True]
    assert await trade.tiers_at(datetime.now(UTC)) == [Decimal(10)]
    assert await trade.tiers_at(midnight + timedelta(seconds=1)) == [Decimal(20)]


async def test_what_was_known_before_a_change_stays_known(trade, admin):
    made = await drafted(admin)
    await activated(admin, made)
    before = datetime.now(UTC)
    terms = TERMS | {"tiers": [{"threshold": "100", "benefit": "20"}]}
    await mutate(admin, "changeTradeScheme", schemeId=made["id"], terms=terms)
    later = datetime.now(UTC) + timedelta(days=3)

    assert await trade.tiers_at(later) == [Decimal(20)]
    assert await trade.tiers_at(later, known_at=before) == [Decimal(10)]


async def test_a_limit_cannot_fall_below_what_is_used(trade, admin):
    made = await drafted(admin, terms=TERMS | {"limits": {"money": "50"}})
    await activated(admin, made)
    await trade.read_versions()
    (order,) = await trade.orders()
    await trade.grant(order, trade.benefit(key_of(made), money=Decimal(30)))
    change = {"schemeId": made["id"]}

    low = await mutate(
        admin, "changeTradeScheme", **change, terms=TERMS | {"limits": {"money": "29.99"}}
    )
    high = await mutate(
        admin, "changeTradeScheme", **change, terms=TERMS | {"limits": {"money": "30"}}
    )

    assert (low["code"], low["field"]) == ("SCHEME_LIMIT_BELOW_USED", "terms.limits.money")
    assert (high["budget"]["moneyLimit"], high["budget"]["moneyLeft"]) == ("30", "0")


async def test_a_limit_that_comes_later_counts_what_was_given_before(trade, admin):
    made = await drafted(admin)
    await activated(admin, made)
    await trade.read_versions()
    (order,) = await trade.orders()
    await trade.grant(order, trade.benefit(key_of(made), money=Decimal(30)))

    limited = await mutate(
        admin,
        "changeTradeScheme",
        schemeId=made["id"],
        terms=TERMS | {"limits": {"money": "100"}},
    )

    assert limited["budget"]["moneyUsed"] == "30"


async def test_an_ended_scheme_is_silent_and_stays_readable(trade, admin):
    made = await drafted(admin)
    await activated(admin, made)

    ended = await mutate(admin, "endTradeScheme", schemeId=made["id"])
    again = await mutate(admin, "endTradeScheme", schemeId=made["id"])

    assert ended["status"] == "ENDED"
    assert again["code"] == "TRADE_SCHEME_ENDED"
    assert await trade.offers_of() == []
    assert [each["terms"]["tiers"] for each in await scheme_of(admin, made["id"])] == [
        [TEN_OFF]
    ] * 3


async def test_a_scheme_that_never_began_can_be_called_off(trade, admin):
    begins = str(network_day(5))
    made = await drafted(admin, validFrom=begins)
    await activated(admin, made)

    ended = await mutate(admin, "endTradeScheme", schemeId=made["id"])

    assert ended["status"] == "ENDED"
    assert await trade.tiers_at(datetime.now(UTC) + timedelta(days=9)) == []


async def test_schemes_are_found_by_status_and_instant(trade, admin):
    active = await drafted(admin, name="Active")
    await activated(admin, active)
    await drafted(admin, name="Draft", validFrom=str(network_day(9)))
    ask = """query ($status: SchemeStatus, $at: DateTime) { tradeSchemes(status: $status, at: $at) {
        edges { node { name status } } } }"""

    async def names(**how):
        found = (await admin.ask(ask, **how)).data["tradeSchemes"]["edges"]
        return [edge["node"]["name"] for edge in found]

    assert await names() == ["Active", "Draft"]
    assert await names(status="ACTIVE") == ["Active"]
    assert await names(status="DRAFT") == ["Draft"]
    assert await names(status="ENDED") == []
    assert await names(at=datetime.now(UTC).isoformat()) == ["Active"]


FREE = {"lane": "FREE_GOODS", "benefit": "FREE_GOODS", "measure": "QUANTITY"}


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        (
            {"benefit": "PERCENT_OFF", "tiers": [{"threshold": "1", "benefit": "100.01"}]},
            "terms.tiers.0.benefit",
        ),
        ({"tiers": []}, "terms.tiers"),
        ({"tiers": [TEN_OFF, TEN_OFF]}, "terms.tiers.1.threshold"),
        ({"currency": "XXQ"}, "terms.currency"),
        ({"benefit": "FREE_GOODS"}, "terms.benefit"),
        ({"limits": {"money": "-1"}}, "terms.limits.money"),
        ({**FREE, "tiers": [{"threshold": "2", "benefit": "1"}]}, "terms.gift"),
        (
            {
                **FREE,
                "tiers": [{"threshold": "1", "benefit": "2"}],
                "calculation": "RECURRING",
                "gift": {"kind": "INCLUSIVE"},
            },
            None,
        ),
    ],
)
async def test_terms_without_sense_are_refused_with_their_field(trade, admin, fault, field):
    refusal = await drafted(admin, terms=TERMS | fault)

    assert refusal["code"] == "TRADE_SCHEME_TERMS_WRONG"
    assert field is None or refusal["field"] == field
    assert refusal["message"].strip()
    assert await count(trade.world, TradeScheme) == await count(trade.world, AuditEntry) == 0


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"scope": {"skuIds": ["Sku"]}}, "terms.scope.skuIds.0"),
        ({"scope": {"brandIds": ["Brand"]}}, "terms.scope.brandIds.0"),
        ({"benefitScope": {"categoryIds": ["Category"]}}, "terms.benefitScope.categoryIds.0"),
        ({"eligibility": {"levelIds": ["CustomerLevel"]}}, "terms.eligibility.levelIds.0"),
        ({"eligibility": {"groupIds": ["CustomerGroup"]}}, "terms.eligibility.groupIds.0"),
        ({"eligibility": {"territoryIds": ["Territory"]}}, "terms.eligibility.territoryIds.0"),
        (
            {"eligibility": {"membershipTierIds": ["MembershipTier"]}},
            "terms.eligibility.membershipTierIds.0",
        ),
        (
            {"eligibility": {"relationshipIds": ["TradingRelationship"]}},
            "terms.eligibility.relationshipIds.0",
        ),
        (
            {"isClaimable": True, "funding": {"organisationId": "Organisation"}},
            "terms.funding.organisationId",
        ),
    ],
)
async def test_things_that_are_not_the_sellers_are_not_found(trade, admin, fault, field):
    foreign = await _foreign(trade)

    for key in (foreign, new_id()):
        answer = await admin.ask(
            """mutation($input: CreateTradeSchemeInput!) {
                createTradeScheme(input: $input) { __typename } }""",
            input={
                "idempotencyKey": new_id().hex,
                "name": "Mine?",
                "terms": TERMS | _with_ids(fault, key),
            },
        )

        assert answer.body["errors"][0]["extensions"] == {"code": "NOT_FOUND", "field": field}
    assert await count(trade.world, TradeScheme) == 0


async def _foreign(trade) -> UUID:
    """An organisation that is neither above the seller nor sells to it."""
    return await trade.world.organisation("Stranger")


def _with_ids(fault, key):
    if isinstance(fault, dict):
        return {name: _with_ids(value, key) for name, value in fault.items()}
    if isinstance(fault, list):
        return [gid(kind, key) for kind in fault]
    return gid(fault, key) if isinstance(fault, str) else fault


async def test_a_gift_must_be_listed(trade, admin):
    draft = await trade.world.sku(trade.seller, "Not yet", status="DRAFT")
    terms = TERMS | FREE | {"gift": {"kind": "EXCLUSIVE", "skuId": gid("Sku", draft)}}
    terms |= {"tiers": [{"threshold": "10", "benefit": "1"}]}

    refusal = await drafted(admin, terms=terms)

    assert (refusal["code"], refusal["field"]) == ("GIFT_NOT_LISTED", "terms.gift.skuId")


async def test_days_that_are_over_or_upside_down_are_refused(trade, admin):
    yesterday = str(network_day(-1))

    past = await drafted(admin, validFrom=yesterday)
    upside_down = await drafted(admin, validFrom=str(network_day(2)), validUntil=str(network_day()))

    assert past["code"] == "TRADE_SCHEME_FROM_PAST"
    assert upside_down["code"] == "TRADE_SCHEME_PERIOD_WRONG"
    assert await count(trade.world, TradeScheme) == 0


async def test_two_schemes_of_a_seller_cannot_share_a_name(trade, admin):
    await drafted(admin, name="Ten off")

    again = await drafted(admin, name="Ten off")

    assert (again["code"], again["field"]) == ("TRADE_SCHEME_EXISTS", "name")
    assert await count(trade.world, TradeScheme) == 1


async def test_sales_may_read_schemes_and_not_write_them(trade, admin):
    made = await drafted(admin)
    rep = await trade.world.member(trade.seller, "SALES")
    ask = "mutation($input: EndTradeSchemeInput!) { endTradeScheme(input: $input) { __typename } }"

    read = await rep.ask("{ tradeSchemes { edges { node { name } } } }")
    ended = await rep.ask(ask, input={"schemeId": made["id"]})

    assert len(read.data["tradeSchemes"]["edges"]) == 1
    assert ended.error_codes == ["FORBIDDEN"]
    assert await count(trade.world, SchemeBudget) == 0
