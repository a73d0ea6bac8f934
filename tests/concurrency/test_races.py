"""A short slice of the races: exact outcomes, whoever is first."""

import pytest

from chaos.races.all import RACES
from chaos.races.playing import play


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
async def test_a_race_ends_exactly_as_promised(world, race):
    played = await play(race, world, clients=8, rounds=2, seed=1)

    assert played.faults == []
