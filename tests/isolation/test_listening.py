"""Who may hear what of another's: every role at every place listens to every subscription."""

import asyncio
from contextlib import nullcontext

import pytest

from tests.isolation.matrix.asking import Matrix
from tests.isolation.matrix.listening import CLOSED, happen, listening
from tests.isolation.matrix.seen import seen_by
from tests.isolation.matrix.walls import without_criterion

pytestmark = [
    pytest.mark.xdist_group("isolation of questions"),
    pytest.mark.usefixtures("on_no_cluster"),
]


@pytest.mark.parametrize("is_filtered", [True, False])
async def test_nobody_hears_of_another_but_what_is_declared(matrix: Matrix, server, is_filtered):
    """With our filter off, other networks listen alone: within one the database has no line."""
    askers = [
        asker for asker in matrix.askers.values() if is_filtered or asker.relation == "other tenant"
    ]

    with nullcontext() if is_filtered else without_criterion():
        async with listening(matrix.scene, server, askers) as (owner, heard):
            await happen(matrix.scene, owner, askers)
            await asyncio.gather(*(listener.hear() for listener in heard.values()))

    for asker in askers:
        listener = heard[asker.relation, asker.role]
        told = matrix.marks_for(asker).in_body(listener.told)
        assert told <= seen_by(asker.relation, asker.role), (asker.relation, asker.role, told)
        assert set(listener.ended.values()) <= CLOSED
        if asker.is_shut_out:
            assert set(listener.ended.values()) == {"UNAUTHENTICATED"}
    if is_filtered:  # What is not heard here would be no proof: some may hear of the orders.
        assert {place for place, listener in heard.items() if listener.told} == {
            ("child", role) for role in ("enterprise admin", "service", "warehouse", "buyer")
        }
