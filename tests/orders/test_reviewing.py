"""What a reviewer is told of an order: pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.orders.rules.reviewing import ReviewFacts, checks_of

GOOD = ReviewFacts(
    lines=1,
    is_delivered=True,
    has_address=True,
    requested_on=date(2026, 5, 2),
    today=date(2026, 5, 2),
    total=Decimal("100.00"),
    of_lines=Decimal(100),
    unlisted=(),
    currency="CNY",
    is_prepaid=False,
    paid=Decimal(0),
    owed=Decimal(60),
    limit=Decimal(160),
)


def told(**facts):
    return [(each.is_passed, each.text) for each in checks_of(replace(GOOD, **facts))]


def test_each_check_tells_all_that_it_found():
    complete, accurate, paid = told()
    none = told(lines=0, has_address=False, requested_on=date(2026, 5, 1))[0]
    wrong = told(of_lines=Decimal(99), unlisted=["Tea", "Water"])[1]
    payment = [
        told(**facts)[2]
        for facts in (
            {"paid": Decimal(100), "is_prepaid": True},
            {"paid": Decimal(40), "is_prepaid": True},
            {"limit": None},
            {"limit": Decimal("159.99")},
        )
    ]

    assert complete == (True, "Lines, address and day are there.")
    assert accurate == (True, "Amounts fit, and all of it is sold.")
    assert paid == (True, "0 of 100 CNY are paid; of 160 CNY credit, 60 are in use.")
    assert none[0] is False
    assert none[1].split(". ") == [
        "It has no lines",
        "It says not where to deliver",
        "The day that was asked for, 2026-05-01, has passed.",
    ]
    assert wrong == (
        False,
        "The total is 100 CNY, its lines come to 99. No longer sold: Tea, Water.",
    )
    assert payment == [
        (True, "100 of 100 CNY are paid."),
        (False, "40 of 100 CNY are paid, and it is to be paid in advance."),
        (True, "0 of 100 CNY are paid; it is on terms without a limit."),
        (False, "0 of 100 CNY are paid; of 159.99 CNY credit, 60 are in use; 0.01 too little."),
    ]
    assert told(is_delivered=False, has_address=False)[0][0]
