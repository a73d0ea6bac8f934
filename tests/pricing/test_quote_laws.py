"""What holds for every quote: sums, order, chains, growth and storage."""

import json
from collections.abc import Callable
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.document import UnreadableDocument
from app.pricing.rules import (
    BreakBasis,
    BreakType,
    Combination,
    ContractRule,
    PriceKind,
    PriceRequest,
    RefusalCode,
    RequestLine,
    TaxMode,
)
from app.pricing.rules.counts import alone
from app.pricing.rules.exact import times
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.terms import terms_of
from app.quotes.rules import from_document, to_document
from tests.support.books import ListedRow, make_book, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

laws = settings(derandomize=True, max_examples=150, deadline=None)
PRICES = st.integers(0, 2000).map(lambda cents: str(Decimal(cents) / 100))
LISTS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(list(PriceKind)),
            "is_tax_inclusive": st.booleans(),
            "combination": st.sampled_from(list(Combination)),
            "contract_rule": st.sampled_from(list(ContractRule)),
            "break_type": st.sampled_from(list(BreakType)),
            "break_basis": st.sampled_from([BreakBasis.LINE, BreakBasis.SKU]),
            "priority": st.integers(0, 1),
        }
    ),
    min_size=3,
    max_size=3,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "price": PRICES,
            "percent": st.booleans(),
            "from_quantity": st.sampled_from([0, 1, 6, 24, 50]).map(Decimal),
            "packaging_level": st.sampled_from([None, "PIECE", "CASE"]),
            "list": st.integers(0, 2),
            "sku_id": st.sampled_from([UUID(int=8), None]),
        }
    ),
    max_size=10,
)
LINES = st.lists(
    st.tuples(
        st.integers(1, 90).map(str),
        st.sampled_from(["PIECE", "INNER", "CASE"]),
        st.sampled_from(["0", "0.09", "0.13"]).map(Decimal),
    ),
    min_size=1,
    max_size=5,
)
WITHOUT_PERCENTAGE = (PriceKind.BASE, PriceKind.INHERITED, PriceKind.PURCHASE_PLUS_MARGIN)


def rows_from(
    row: Row, lists: list[dict[str, Any]], drawn: list[dict[str, Any]]
) -> list[ListedRow]:
    rows: list[ListedRow] = []
    for index, values in enumerate(drawn):
        changes = dict(values)
        price, percent, number = (changes.pop(name) for name in ("price", "percent", "list"))
        changes |= lists[number]
        if percent and changes["kind"] not in WITHOUT_PERCENTAGE:
            changes["percent_of_list"], price = Decimal(price), None
        changes["unit_factor"] = Decimal(24) if changes["packaging_level"] == "CASE" else None
        rows.append(row(100 * number + index, price, **changes))
    return rows


def question(line: Line, ask: Ask, drawn: list[Any], mode: TaxMode) -> PriceRequest:
    lines = [
        line(quantity, unit, key=str(index), tax_rate=rate, packaging_level=unit)
        for index, (quantity, unit, rate) in enumerate(drawn)
    ]
    return ask(*lines, tax_mode=mode, fallback_allowed=True, inherits_prices=True)


@given(lists=LISTS, drawn=ROWS, lines=LINES, mode=st.sampled_from(TaxMode), random=st.randoms())
@laws
def test_every_quote_keeps_the_laws(
    row: Row,
    line: Line,
    ask: Ask,
    lists: list[dict[str, Any]],
    drawn: list[dict[str, Any]],
    lines: Any,
    mode: TaxMode,
    random: Any,
) -> None:
    rows = rows_from(row, lists, drawn)
    request = question(line, ask, lines, mode)
    shuffled = random.sample(rows, len(rows))

    answer = quoted(request, rows)

    assert quoted(request, shuffled) == answer
    assert len(answer.lines) + len(answer.refused) == len(lines)
    assert answer.gross == sum(priced.gross for priced in answer.lines)
    assert answer.net + answer.tax == answer.gross
    assert from_document(json.loads(json.dumps(to_document(answer)))) == answer
    for priced in answer.lines:
        assert priced.net + priced.tax == priced.gross
        afters = [step.after for step in priced.steps]
        assert [step.before for step in priced.steps] == [Decimal(0), *afters[:-1]]
        assert afters[-1] == priced.gross
        entries = [(loser.entry_id, loser.list_id) for loser in priced.losers]
        assert len(set(entries)) == len(entries) == len(rows) - 1
        assert all(loser.reason for loser in priced.losers)


@given(
    scale=st.dictionaries(st.integers(0, 60), PRICES, min_size=1, max_size=5),
    quantity=st.integers(1, 100),
    more=st.integers(1, 100),
)
@laws
def test_a_graduated_total_never_falls_as_the_quantity_rises(
    row: Row, line: Line, ask: Ask, scale: dict[int, str], quantity: int, more: int
) -> None:
    rows = [
        row(index, price, from_quantity=Decimal(start), break_type=BreakType.GRADUATED)
        for index, (start, price) in enumerate(scale.items())
    ]

    fewer, greater = (quoted(ask(line(str(n))), rows) for n in (quantity, quantity + more))

    assert fewer.net <= greater.net


def test_an_all_units_total_may_dip_at_a_break_and_says_so_before(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [row(1, "9.50"), row(2, "9.00", from_quantity=Decimal(50))]

    below, at = (quoted(ask(line(quantity)), rows) for quantity in ("49", "50"))

    assert below.net > at.net
    assert below.lines[0].next_break is not None
    assert below.lines[0].next_break.from_quantity == Decimal(50)
    assert at.lines[0].next_break is None


def test_graduated_lines_of_one_sku_share_one_rounded_total(row: Row, line: Line, ask: Ask) -> None:
    scale = ((1, "1.00"), (3, "0.50"))
    rows = [
        row(start, price, from_quantity=Decimal(start), break_type=BreakType.GRADUATED)
        for start, price in scale
    ]
    lines = [line("1", key=key) for key in "abc"]

    answer = quoted(ask(*lines), rows)

    nets = [Decimal("0.84"), Decimal("0.83"), Decimal("0.83")]
    assert answer.net == Decimal("2.50")
    assert [priced.net for priced in answer.lines] == nets


def test_a_divisible_unit_is_cut_at_the_threshold_itself(row: Row, line: Line, ask: Ask) -> None:
    graduated = BreakType.GRADUATED
    rows = [
        row(1, "2.00", break_type=graduated),
        row(2, "1.00", from_quantity=Decimal(20), break_type=graduated),
    ]

    assert quoted(ask(line("20.5", divisible=True)), rows).net == Decimal("40.50")


def test_a_line_without_price_is_refused_while_the_others_are_priced(
    row: Row, line: Line, ask: Ask
) -> None:
    lines = line("1", key="known"), line("1", key="unknown", sku_id=UUID(int=77))

    answer = quoted(ask(*lines), [row(1, "3.00")])

    assert [priced.key for priced in answer.lines] == ["known"]
    assert [refused.key for refused in answer.refused] == ["unknown"]
    assert answer.net == Decimal("3.00")


def test_a_price_of_zero_stays_zero(row: Row, line: Line, ask: Ask) -> None:
    rows = [row(1, "3.00"), row(100, "0", kind=PriceKind.BUYER)]

    (answer,) = quoted(ask(line("7", tax_rate=Decimal("0.13"))), rows).lines

    assert (answer.net, answer.tax, answer.gross) == (Decimal(0), Decimal(0), Decimal(0))
    assert answer.unit_price_display == Decimal("0.0000")


@pytest.mark.parametrize(
    ("quantity", "unit", "code"),
    [
        ("0", "PIECE", RefusalCode.QUANTITY_NOT_POSITIVE),
        ("-1", "PIECE", RefusalCode.QUANTITY_NOT_POSITIVE),
        ("0.1", "CASE", RefusalCode.FRACTIONAL_PIECES),
        ("1000000000000", "PIECE", RefusalCode.QUANTITY_OUT_OF_RANGE),
        ("4", "PIECE", RefusalCode.BELOW_LOWEST_BREAK),
        ("999999999999", "PIECE", RefusalCode.AMOUNT_OUT_OF_RANGE),
    ],
)
def test_a_quantity_that_has_no_price_is_refused(
    row: Row, line: Line, ask: Ask, quantity: str, unit: str, code: RefusalCode
) -> None:
    answer = quoted(ask(line(quantity, unit)), [row(1, "9999.99", from_quantity=Decimal(5))])

    assert answer.lines == ()
    assert [refused.code for refused in answer.refused] == [code]


def test_a_quote_recomputed_at_its_stored_instant_is_identical(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [row(1, "3.00"), row(2, "2.50", from_quantity=Decimal(24))]
    stored = to_document(quoted(ask(line("30")), rows))
    instant = from_document(stored).price_instant
    elsewhere = instant.astimezone(timezone(timedelta(hours=8)))

    again = quoted(ask(line("30"), price_instant=elsewhere), rows)

    assert to_document(again) == stored


@pytest.mark.parametrize(
    "change",
    [
        {"format": 5},
        {"format": 2, "quote": {"context": 5}},
        {"quote": None},
        {"quote": {}},
        {"quote": {"net": "x"}},
    ],
)
def test_a_document_that_was_tampered_with_is_refused(
    row: Row, line: Line, ask: Ask, change: dict[str, Any]
) -> None:
    document = to_document(quoted(ask(line("1")), [row(1, "3.00")]))

    with pytest.raises(UnreadableDocument):
        from_document(document | change)


def test_a_list_that_speaks_to_a_level_and_names_none_cannot_be_written(row: Row) -> None:
    with pytest.raises(ValueError, match="level_id"):
        row(1, "1.00", kind=PriceKind.LEVEL, level_id=None)


def test_a_question_that_says_nothing_clear_cannot_be_asked(line: Line, ask: Ask) -> None:
    for rate in ("13", "-0.1", "NaN"):
        with pytest.raises(ValueError, match="fraction"):
            line("1", tax_rate=Decimal(rate))
    with pytest.raises(ValueError, match="differ"):
        ask(line("1"), line("1"))


def test_a_page_of_fifty_skus_prices_each_alone(row: Row, line: Line, ask: Ask) -> None:
    skus = [UUID(int=5000 + number) for number in range(50)]
    rows = [row(number, "3.00", sku_id=sku) for number, sku in enumerate(skus)]
    lines = [line("1", key=str(sku), sku_id=sku) for sku in skus]

    answer = quoted(ask(*lines), rows)

    assert answer.net == Decimal("150.00")
    assert all(priced.losers == () for priced in answer.lines)


@given(lists=LISTS, drawn=ROWS, lines=LINES)
@laws
def test_the_short_way_to_a_price_is_the_way_of_the_whole_ladder(
    row: Row,
    line: Line,
    ask: Ask,
    lists: list[dict[str, Any]],
    drawn: list[dict[str, Any]],
    lines: Any,
) -> None:
    request = question(line, ask, lines, TaxMode.PER_LINE)
    shelf = Shelf(request, make_book(rows_from(row, lists, drawn)))

    for each in request.lines:
        terms = terms_of(shelf, each, alone(times(each.quantity, each.unit_factor)))

        assert terms.paid() == terms.chosen().reached(terms.counts)
