"""Who may learn which price: every role on every level asks for all there is, and sees its part."""

import pytest

from tests.isolation.price_fields import IN_ANSWERS_TO_COMMANDS, NO_PRICES, REACHED_BY, named
from tests.isolation.price_secrets import SEEN_BY, secrets_of
from tests.isolation.priced_scene import LEVELS, ROLES, PricedScene
from tests.isolation.pricing_questions import Told, asked_everything
from tests.support.documents import number_fields
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("isolation")

VIEWERS = [(level, role) for level in LEVELS for role in ROLES]


@pytest.fixture(scope="module")
async def priced(database, http, settings) -> PricedScene:
    """A scene that no test changes."""
    return await PricedScene.create(await World.create(database, http, settings))


@pytest.fixture(scope="module")
def everything(priced):
    """What each viewer is told, asked once."""
    known: dict[tuple[str, str], Told] = {}

    async def ask(viewer: tuple[str, str]) -> Told:
        if viewer not in known:
            known[viewer] = await asked_everything(priced, priced.people[viewer])
        return known[viewer]

    return ask

async def test_show(priced, everything):
    out = {}
    import time, pprint
    reached=set(); byf={}
    t=time.time()
    for v in VIEWERS:
        told = await everything(v)
        reached |= told.numbers
        for n, value in secrets_of(priced).items():
            if value in told.text: out.setdefault(n, {}).setdefault(v[0],[]).append(v[1])
        for kinds, roles in REACHED_BY:
            for f in named(kinds):
                if f in told.numbers and v[1] not in roles: byf.setdefault(f,[]).append(v)
    print(time.time()-t)
    pprint.pprint(out, width=190)
    pprint.pprint(byf, width=200)
    allf=[f for k,_ in REACHED_BY for f in named(k)]+list(named(NO_PRICES))
    print('dups', [f for f in allf if allf.count(f)>1]); print('missing', number_fields()-set(allf)); print('gone', set(allf)-number_fields())
    print('unreached', sorted({f for k,_ in REACHED_BY for f in named(k)}-reached))
    print('errors', {c for v in VIEWERS for c in (await everything(v)).codes}, [len((await everything(v)).text) for v in VIEWERS][:7])
