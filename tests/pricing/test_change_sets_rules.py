"""The life of a price change as data: what holds whatever people do."""

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.rules.change import ChangeSetStatus as Status
from app.pricing.rules.changes import (
    TRANSITIONS,
    ChangeSetAction,
    ChangeSetState,
    Lifetime,
    actions_from,
    after,
    is_own,
    state_of,
)

ACTIONS = st.lists(st.sampled_from(list(ChangeSetAction)), max_size=12)
LIFETIMES = st.builds(Lifetime, st.booleans(), st.booleans(), st.booleans())
PEOPLE = st.one_of(st.none(), st.uuids())


def walked(actions: list[ChangeSetAction]) -> list[tuple[ChangeSetAction, Status]]:
    """The moves that were possible, from a draft on, and where each led."""
    status, path = Status.DRAFT, []
    for action in actions:
        found = after(status, action)
        if found is not None:
            status = found
            path.append((action, status))
    return path


@given(ACTIONS)
def test_nothing_is_approved_that_was_not_submitted_after_its_last_change(actions):
    path = walked(actions)

    for place, (action, _) in enumerate(path):
        if action is ChangeSetAction.APPROVE:
            assert path[place - 1][0] is ChangeSetAction.SUBMIT


@given(ACTIONS)
def test_only_what_was_approved_is_rolled_back_and_then_nothing_moves(actions):
    path = walked(actions)

    for place, (action, status) in enumerate(path):
        if status in {Status.ROLLED_BACK, Status.WITHDRAWN}:
            assert place == len(path) - 1
        if action is ChangeSetAction.ROLL_BACK:
            assert path[place - 1][1] is Status.APPROVED


@given(st.sampled_from(list(Status)), st.sampled_from(list(ChangeSetAction)))
def test_what_is_offered_is_what_is_possible(status, action):
    assert (action in set(actions_from(status))) == (after(status, action) is not None)


def test_every_status_can_be_reached_and_has_a_state():
    by_grantors = {Status.AWAITING_GRANTOR}

    assert {Status.DRAFT, *TRANSITIONS.values()} | by_grantors == set(Status)
    assert {ChangeSetState(status) for status in set(Status) - {Status.APPROVED}}


@given(st.sampled_from(list(Status)), LIFETIMES)
def test_time_moves_only_what_is_approved(status, lifetime):
    state = state_of(status, lifetime)

    of_time = {ChangeSetState.SCHEDULED, ChangeSetState.ACTIVE, ChangeSetState.SUPERSEDED}
    assert (state in of_time) == (status is Status.APPROVED)
    if status is Status.APPROVED and lifetime.is_alive:
        assert state is (ChangeSetState.ACTIVE if lifetime.has_begun else ChangeSetState.SCHEDULED)


@given(PEOPLE, st.lists(PEOPLE, max_size=3))
def test_whoever_had_a_hand_in_it_does_not_approve_it(approver, hands):
    assert is_own(approver, [*hands, approver]) == (approver is not None)
    assert is_own(approver, [hand for hand in hands if hand != approver]) is False
