"""Nobody uses more than a share: networks, people, and addresses without a token."""

import pytest

from app.edge.buckets import CHARACTERS_A_DOCUMENT, Buckets, Budgets
from app.edge.limits import Limits
from app.identities.tokens import AccessClaims
from app.kernel.addresses import network_of
from app.kernel.errors import OverBudget
from app.kernel.ids import new_id

LIMITS = Limits(
    operation_cost=1_000,
    tenant_burst=3_000,
    tenant_rate=100,
    user_burst=1_000,
    user_rate=10,
    address_burst=1_000,
    address_rate=10,
    document_burst=70_000,
    document_rate=100,
    callers=2,
)


class Hands:
    """A clock whose hands are moved by the test."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def budgets(hands):
    return Budgets(LIMITS, hands)


def a_person(tenant=None):
    tenant = tenant or new_id()
    return AccessClaims(new_id(), new_id(), tenant, new_id())


def test_a_person_who_has_used_up_a_budget_waits_until_it_has_leaked(budgets, hands):
    person = a_person()
    budgets.charge(person, "", 1_000)

    with pytest.raises(OverBudget) as refused:
        budgets.charge(person, "", 55)
    hands.now = 5.6
    budgets.charge(person, "", 55)

    assert refused.value.retry_after == 6


def test_a_network_is_bounded_over_all_its_people(budgets):
    tenant = new_id()
    for _ in range(3):
        budgets.charge(a_person(tenant), "", 1_000)

    with pytest.raises(OverBudget):
        budgets.charge(a_person(tenant), "", 1)
    budgets.charge(a_person(), "", 1_000)


def test_a_refused_charge_charges_nobody(budgets):
    tenant = new_id()
    greedy = a_person(tenant)
    budgets.charge(greedy, "", 1_000)

    for _ in range(10):
        with pytest.raises(OverBudget):
            budgets.charge(greedy, "", 1_000)

    budgets.charge(a_person(tenant), "", 1_000)
    budgets.charge(a_person(tenant), "", 1_000)


def test_what_was_not_used_is_given_back(budgets):
    person = a_person()

    budgets.charge(person, "", 1_000).settle(10)

    budgets.charge(person, "", 990)
    with pytest.raises(OverBudget):
        budgets.charge(person, "", 1)


def test_what_was_used_beyond_the_request_is_charged_too(budgets):
    person = a_person()

    budgets.charge(person, "", 10).settle(1_500)

    with pytest.raises(OverBudget) as refused:
        budgets.charge(person, "", 1)
    assert refused.value.retry_after == 51


def test_whoever_has_no_token_shares_the_budget_of_the_address(budgets):
    budgets.charge(None, "203.0.113.7", 1_000)

    with pytest.raises(OverBudget):
        budgets.charge(None, "203.0.113.7", 1)
    budgets.charge(None, "203.0.113.8", 1)


def test_new_documents_are_paid_for_until_it_has_leaked(budgets, hands):
    budgets.charge_document(None, "203.0.113.7", 70_000 - CHARACTERS_A_DOCUMENT)

    with pytest.raises(OverBudget) as refused:
        budgets.charge_document(None, "203.0.113.7", 800)
    hands.now = 10
    budgets.charge_document(None, "203.0.113.7", 800)

    assert refused.value.retry_after == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("a:strange:one", "a:strange:one"),
    ],
)
def test_a_host_of_ipv6_has_one_budget_whatever_address_it_takes(address, network):
    assert network_of(address) == network


def test_memory_is_bounded_and_the_one_unused_for_longest_is_forgotten(hands):
    buckets = Buckets(10, 1, 2, hands)
    for key in ("a", "b", "a", "c"):
        buckets[key].pour(5)

    assert len(buckets) == 2
    assert buckets["a"].level == 10
    assert buckets.wait(buckets["a"], 1) == 1
    assert buckets["b"].level == 0
