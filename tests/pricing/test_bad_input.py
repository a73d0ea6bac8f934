"""Bad input of prices and schemes: refused with row, field and remedy; nothing half-done stays."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.catalog.models import Sku
from app.pricing.models import (
    DiscountAuthority,
    PriceBand,
    PriceChangeRow,
    PriceEntry,
    PriceList,
    PriceListTerms,
)
from app.promotions.models import TradeScheme, TradeSchemeVersion
from tests.support.bands import granted
from tests.support.changes import Team, begun, send_file, team
from tests.support.list_terms import change_terms
from tests.support.prices import SET_PRICES, asking, create_list, price
from tests.support.promotions import TERMS, drafted
from tests.support.world import gid

TABLES = (
    AuditEntry,
    DiscountAuthority,
    PriceBand,
    PriceChangeRow,
    PriceEntry,
    PriceList,
    PriceListTerms,
    TradeScheme,
    TradeSchemeVersion,
)
HEADING = "price_list,sku,amount,currency"
KEEP = {"errorPolicy": "KEEP_VALID"}
QUOTE = "query($input: QuoteInput!) { quote(input: $input) { total } }"


class Told(NamedTuple):
    """What a refusal says: the row of a file or of many, the field, the code and the remedy."""

    row: int | None
    field: str
    code: str
    remedy: str


@pytest.fixture
async def the(world) -> Team:
    return await team(world, needs_approval=False)


async def counted(the: Team) -> list[int]:
    """How many rows there are of everything that bad input could leave behind."""

    async def count(work) -> list[int]:
        return [
            await work.session.scalar(select(func.count()).select_from(table)) for table in TABLES
        ]

    return await the.world.run(count)


async def refused(the: Team, sent: Awaitable[dict[str, Any]]) -> Told:
    """Send what is bad; nothing may stay of it."""
    before = await counted(the)
    answer = await sent
    assert answer["__typename"] == "Refusal", answer
    assert await counted(the) == before
    return Told(None, answer["field"], answer["code"], answer["message"])


def faults(outcome: dict[str, Any]) -> list[Told]:
    return [
        Told(each["row"], each["field"], each["code"], each["message"])
        for each in outcome["faults"]
    ]


async def scheme(the: Team, **terms: Any) -> Told:
    return await refused(the, drafted(the.author, terms=TERMS | terms))


async def overlapping_versions(the: Team) -> Told:
    change = {"priceListId": gid("PriceList", the.list_id)}
    entries = [price(the.sku, amount) for amount in ("11", "12")]
    given = change | {"entries": entries}

    async def send() -> dict[str, Any]:
        return (await the.author.ask(SET_PRICES, input=given)).data["setPrices"]

    return await refused(the, send())


async def overlapping_terms(the: Team) -> Told:
    list_id = gid("PriceList", the.list_id)
    first = await change_terms(the.author, list_id, priority=2, validFrom="2199-01-01")
    assert first["__typename"] == "PriceList", first
    return await refused(
        the, change_terms(the.author, list_id, priority=3, validUntil="2199-06-01")
    )


async def overlapping_bands(the: Team) -> Told:
    limits, sku = {"floor": "5"}, gid("Sku", the.sku)
    assert (await granted(the.author, limits, skuId=sku))["__typename"] == "PriceBand"
    return await refused(the, granted(the.author, limits, skuId=sku, audience="ALL_BUYERS"))


async def band_upside_down(the: Team) -> Told:
    limits = {"floor": "9", "ceiling": "8"}
    return await refused(the, granted(the.author, limits, skuId=gid("Sku", the.sku)))


async def band_of_zero(the: Team) -> Told:
    return await refused(the, granted(the.author, {"floor": "0"}, skuId=gid("Sku", the.sku)))


async def scheme_over_a_hundred_percent(the: Team) -> Told:
    tiers = [{"threshold": "0", "benefit": "100.01"}]
    return await scheme(the, lane="LINE", benefit="PERCENT_OFF", tiers=tiers)


async def funding_over_a_hundred_percent(the: Team) -> Told:
    funding = {"organisationId": gid("Organisation", the.brand), "percent": "101"}
    return await scheme(the, funding=funding)


async def lists_in_a_loop(the: Team) -> Told:
    own = gid("PriceList", the.list_id)
    child = await create_list(the.author, name="Child", derivation={"parentId": own})
    grandchild = await create_list(
        the.author, name="Grandchild", derivation={"parentId": child["id"]}
    )
    loop = {"parentId": grandchild["id"]}
    return await refused(the, change_terms(the.author, own, derivation=loop))


async def scheme_that_gives_its_trigger(the: Team) -> Told:
    tiers = [{"threshold": "10", "benefit": "10"}]
    gift = {"kind": "INCLUSIVE", "packagingLevel": "PIECE"}
    return await scheme(
        the, lane="FREE_GOODS", benefit="FREE_GOODS", measure="QUANTITY", tiers=tiers, gift=gift
    )


async def scheme_that_pays_for_itself(the: Team) -> Told:
    return await scheme(the, tiers=[{"threshold": "100", "benefit": "100"}])


async def scheme_in_no_currency(the: Team) -> Told:
    return await scheme(the, currency="XXQ")


async def list_in_another_currency(the: Team) -> Told:
    relationship = gid("TradingRelationship", the.relationship)
    return await refused(
        the,
        create_list(
            the.author, kind="CONTRACT", relationshipId=relationship, currency="EUR", name="Euro"
        ),
    )


async def list_of_a_parent_in_another_currency(the: Team) -> Told:
    own = {"parentId": gid("PriceList", the.list_id)}
    return await refused(the, create_list(the.author, name="Euro", currency="EUR", derivation=own))


async def band_in_another_currency(the: Team) -> Told:
    return await refused(
        the,
        granted(
            the.author,
            {"floor": "5"},
            skuId=gid("Sku", the.sku),
            audience="RELATIONSHIP",
            relationshipId=gid("TradingRelationship", the.relationship),
            currency="EUR",
        ),
    )


Case = Callable[[Team], Awaitable[Told]]
REFUSED: list[tuple[Case, Told]] = [
    (overlapping_versions, Told(None, "entries.1", "PRICE_ENTRY_REPEATED", "leave one of them")),
    (overlapping_terms, Told(None, "validUntil", "PRICE_LIST_TERMS_OVERLAP", "end before")),
    (overlapping_bands, Told(None, "validFrom", "BAND_OVERLAPS", "end")),
    (band_upside_down, Told(None, "limits.floor", "BAND_UPSIDE_DOWN", "Swap or change")),
    (band_of_zero, Told(None, "limits.floor", "BAND_LIMIT_ZERO", "leave it out")),
    (
        scheme_over_a_hundred_percent,
        Told(None, "terms.tiers.0.benefit", "TRADE_SCHEME_TERMS_WRONG", "; write at most 100."),
    ),
    (
        funding_over_a_hundred_percent,
        Told(None, "terms.funding.percent", "TRADE_SCHEME_TERMS_WRONG", "; write at most 100."),
    ),
    (lists_in_a_loop, Told(None, "derivation.parentId", "DERIVED_LISTS_IN_LOOP", "none")),
    (
        scheme_that_gives_its_trigger,
        Told(None, "terms.tiers.0.benefit", "TRADE_SCHEME_TERMS_WRONG", "; give less than"),
    ),
    (
        scheme_that_pays_for_itself,
        Told(None, "terms.tiers.0.benefit", "TRADE_SCHEME_TERMS_WRONG", "; take off less"),
    ),
    (
        scheme_in_no_currency,
        Told(None, "terms.currency", "TRADE_SCHEME_TERMS_WRONG", "; use a code of ISO 4217."),
    ),
    (
        list_in_another_currency,
        Told(None, "currency", "CURRENCY_NOT_OF_RELATIONSHIP", "CNY"),
    ),
    (
        list_of_a_parent_in_another_currency,
        Told(None, "derivation.parentId", "PARENT_CURRENCY_DIFFERS", "CNY"),
    ),
    (band_in_another_currency, Told(None, "currency", "CURRENCY_NOT_OF_RELATIONSHIP", "CNY")),
]


@pytest.mark.parametrize(("case", "expected"), REFUSED, ids=[case.__name__ for case, _ in REFUSED])
async def test_bad_input_is_refused_with_field_and_remedy(the, case, expected):
    found = await case(the)

    assert found[:3] == expected[:3]
    assert expected.remedy in found.remedy


BAD_CELLS = [
    (("Base", "TYPO", "5", "CNY"), Told(3, "sku", "UNKNOWN_IN_FILE", "correct the cell")),
    (("Base", "", "5", "CNY"), Told(3, "amount", "AMOUNT_NEEDS_SKU", "give a percentage")),
    (("Base", None, "5", "EUR"), Told(3, "currency", "PRICE_CURRENCY_WRONG", "convert")),
    (("Base", None, "0", "CNY"), Told(3, "amount", "ZERO_PRICE_UNCONFIRMED", "type the price")),
    (("Base", None, "", "CNY"), Told(3, "amount", "CELL_UNREADABLE", "")),
    (("Base", "same", "12", "CNY"), Told(3, "valid_from", "PRICE_ROWS_OVERLAP", "end one")),
]


@pytest.mark.parametrize(("cells", "expected"), BAD_CELLS)
async def test_a_bad_row_of_a_file_is_named_and_the_rest_is_as_the_policy_says(
    the, cells, expected
):
    codes = await _codes(the)
    named = {None: codes[1], "same": codes[0]}.get(cells[1], cells[1])
    rows = [("Base", codes[0], "11", "CNY"), (cells[0], named, *cells[2:])]
    content = "\n".join([HEADING, *map(",".join, rows)])
    change_set = await begun(the.author)
    before = await counted(the)

    nothing = await send_file(the.author, change_set, content)
    unchanged = await counted(the)
    kept = await send_file(the.author, change_set, content, **KEEP)

    (found,) = faults(nothing)
    assert found[:3] == expected[:3]
    assert expected.remedy in found.remedy
    assert (nothing["written"], unchanged) == (0, before)
    assert (faults(kept), kept["written"]) == ([found], 1)


async def test_every_unknown_sku_of_a_file_of_ten_thousand_rows_is_named(the):
    codes = await _codes(the)
    lines = [f"Base,TYPO-{place},5,CNY" for place in range(10_000)]
    lines[0], lines[-1] = (f"Base,{code},5,CNY" for code in codes)
    content = "\n".join([HEADING, *lines])
    change_set = await begun(the.author)
    before = await counted(the)

    nothing = await send_file(the.author, change_set, content)
    unchanged = await counted(the)
    kept = await send_file(the.author, change_set, content, **KEEP)

    assert (nothing["written"], unchanged, kept["written"]) == (0, before, 2)
    assert [each.row for each in faults(nothing)] == list(range(3, 10_001))
    assert {(each.field, each.code) for each in faults(kept)} == {("sku", "UNKNOWN_IN_FILE")}
    assert "TYPO-4999" in faults(kept)[4_998].remedy


async def test_a_discount_over_a_hundred_percent_is_refused_with_its_field(the):
    rep = await the.world.member(the.brand, "SALES")
    await the.world.assign_rep(the.relationship, rep)
    line = {
        "skuId": gid("Sku", the.sku),
        "quantity": "1",
        "discountPercent": "100.01",
        "discountReason": "why",
    }

    answer = await rep.ask(QUOTE, input=asking(the.relationship, [line]))

    (error,) = answer.body["errors"]
    assert error["extensions"] == {"code": "INVALID", "field": "lines.0.discountPercent"}


async def _codes(the: Team) -> list[str]:
    async def read(work) -> list[str]:
        found = await work.session.execute(select(Sku.id, Sku.code))
        codes = dict(found.all())
        return [codes[the.sku], codes[the.other]]

    return await the.world.run(read)
