"""What an admission charges an operation, notes of it, and answers where nothing is left."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from graphql import GraphQLError, parse
from starlette.requests import HTTPConnection

from app.edge.buckets import Budgets
from app.edge.limits import Limits
from app.edge.operations import Admissions
from app.identities.tokens import TokenKeys
from app.kernel.errors import Busy, OverBudget
from app.kernel.footprint import FOOTPRINT, Footprint
from app.schema.context import Context, Services
from app.schema.edge import note_overload
from tests.support.asgi import scope
from tests.support.world import World

VIEWER = "query Whoever { viewer { name } }"


@pytest.fixture
async def person(world: World):
    return await world.member(await world.organisation("Shop"), "BUYER")


@dataclass(frozen=True)
class Prepared:
    """An operation as an endpoint knows it."""

    text: str
    is_trusted: bool = False
    reason: str | None = None

    @property
    def operation(self):
        return parse(self.text).definitions[0]

    @property
    def name(self):
        return self.operation.name.value


def a_context(settings, person) -> Context:
    request = HTTPConnection(scope(authorization=f"Bearer {person.token}"))
    keys = TokenKeys(settings.secret, settings.access_token_lifetime, timedelta(1))
    return Context(Services(None, keys, None, None), request)


async def test_an_admission_charges_names_and_settles(settings, person):
    limits = Limits(operation_cost=1, user_burst=100, user_rate=0.01)
    admissions = Admissions(Budgets(limits))
    footprint = Footprint()
    token = FOOTPRINT.set(footprint)

    with admissions(a_context(settings, person), Prepared(VIEWER, reason="directive"), 90) as run:
        run.settle(30)
    with admissions(a_context(settings, person), Prepared(VIEWER, is_trusted=True), 70) as run:
        pass
    with pytest.raises(OverBudget), admissions(a_context(settings, person), Prepared(VIEWER), 5):
        pytest.fail("there was nothing left")
    FOOTPRINT.reset(token)

    assert footprint.requested == 165
    assert footprint.spent == 30
    assert footprint.membership_id == person.membership_id
    assert footprint.operation == "viewer"


@pytest.mark.parametrize(
    ("data", "is_overload"),
    [(None, True), ({"a": None}, True), ({"placeOrder": {"id": 1}, "b": None}, False)],
)
def test_an_overload_is_the_answer_only_where_nothing_else_is_left(data, is_overload):
    footprint = Footprint()
    token = FOOTPRINT.set(footprint)

    note_overload(data, [GraphQLError("busy", original_error=Busy())])

    FOOTPRINT.reset(token)
    assert (footprint.overload is not None) == is_overload
