"""Tickets as plain values: the table of transitions, working hours, and which rule holds."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.care.rules.hours import WorkingHours
from app.care.rules.routing import RoutingRule, TicketFacts, rule_for
from app.care.rules.transitions import BY_COMMAND, TRANSITIONS, possible
from app.care.rules.words import (
    UNFINISHED,
    TicketCategory,
    TicketCommand,
    TicketKind,
    TicketSide,
    TicketState,
)

S, C = TicketState, TicketCommand
OFFICE = WorkingHours(ZoneInfo("Asia/Shanghai"), frozenset(range(5)), time(9), time(18))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by Shanghai's clock; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("state", "seller", "buyer"),
    [
        *(
            (state, {C.TAKE, C.HAND_ON, C.ASK_CUSTOMER, C.RESOLVE}, {C.WITHDRAW})
            for state in (S.OPEN, S.ASSIGNED, S.IN_PROGRESS)
        ),
        (
            S.WAITING_CUSTOMER,
            {C.TAKE, C.HAND_ON, C.ASK_CUSTOMER, C.RESOLVE},
            {C.CUSTOMER_ANSWERS, C.WITHDRAW},
        ),
        *(
            (state, {C.FOLLOW_UP, C.CLOSE, C.REOPEN}, {C.FOLLOW_UP, C.REOPEN})
            for state in (S.RESOLVED, S.FOLLOWED_UP)
        ),
        (S.CLOSED, {C.REOPEN}, {C.REOPEN}),
    ],
)
def test_what_each_side_can_do_in_each_state(state, seller, buyer):
    assert set(possible(state, TicketSide.SELLER)) == seller
    assert set(possible(state, TicketSide.BUYER)) == buyer


def test_every_state_is_reached_and_every_command_stands_once_in_the_table():
    reached = {S.OPEN} | {target for row in TRANSITIONS for target in row.targets}

    assert reached == set(TicketState)
    assert set(BY_COMMAND) == set(TicketCommand)
    assert len(BY_COMMAND) == len(TRANSITIONS)
    assert {S.RESOLVED, S.FOLLOWED_UP, S.CLOSED}.isdisjoint(UNFINISHED)


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        (at(23, 10), 4, at(23, 14)),
        (at(23, 9), 9, at(23, 18)),  # The end itself is in time
        (at(23, 16), 4, at(24, 11)),  # Two hours are left of Monday
        (at(23, 20), 4, at(24, 13)),  # After work
        (at(23, 5), 4, at(23, 13)),  # Before it
        (at(27, 17, 30), 4, at(30, 12, 30)),  # Over the week's end
        (at(28, 12), 18, datetime(2026, 12, 1, 10, tzinfo=UTC)),  # Two whole days of work
    ],
)
def test_an_answer_is_due_after_so_many_hours_of_work(asked, hours, due):
    assert OFFICE.after(asked, hours) == due


def test_without_a_calendar_every_hour_counts():
    round_the_clock = WorkingHours(ZoneInfo("Europe/Berlin"))
    before_the_change = datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert round_the_clock.after(before_the_change, 48) == datetime(2026, 10, 26, 12, tzinfo=UTC)


def test_the_rule_with_the_most_conditions_holds_and_the_nearer_class_before_the_farther():
    own, above, area = (UUID(int=number) for number in (101, 102, 103))
    rules = [
        RoutingRule(UUID(int=1)),
        RoutingRule(UUID(int=2), kind=TicketKind.COMPLAINT),
        RoutingRule(UUID(int=3), kind=TicketKind.COMPLAINT, level_id=above),
        RoutingRule(UUID(int=4), kind=TicketKind.COMPLAINT, level_id=own),
        RoutingRule(UUID(int=5), kind=TicketKind.COMPLAINT, territory_id=area),
        RoutingRule(UUID(int=6), category=TicketCategory.INVOICE),
    ]

    def rule(kind, category=TicketCategory.OTHER, levels=(), territories=()):
        found = rule_for(rules, TicketFacts(kind, category, levels, territories))
        return found and found.id.int

    assert rule(TicketKind.INQUIRY) == 1
    assert rule(TicketKind.COMPLAINT) == 2
    assert rule(TicketKind.COMPLAINT, levels=(own, above)) == 4
    assert rule(TicketKind.COMPLAINT, levels=(above,)) == 3
    assert rule(TicketKind.COMPLAINT, territories=(area,)) == 5
    assert rule(TicketKind.COMPLAINT, TicketCategory.INVOICE) == 2  # The older one of equals
    assert rule_for([], TicketFacts(TicketKind.INQUIRY, TicketCategory.OTHER)) is None
