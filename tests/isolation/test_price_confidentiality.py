"""Who may learn which price: every role on every level asks for all there is, and sees its part."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.isolation.cases import CASES
from tests.isolation.price_secrets import SECRETS, SEEN_BY, secrets_of
from tests.isolation.priced_scene import LEVELS, ROLES, PricedScene
from tests.support.documents import document, node_types, root_fields, schema
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("isolation")


@pytest.fixture(scope="module")
async def priced(database, http, settings) -> PricedScene:
    """A scene that no test changes."""
    return await PricedScene.create(await World.create(database, http, settings))


Question = tuple[str, Mapping[str, Any]]


def questions(scene: PricedScene) -> Iterator[Question]:
    for name, cases in CASES.items():
        if root_fields()[name] == "query":
            for case in cases:
                yield document(name, 3), case.build(scene, scene)


async def answers(scene, level, role) -> str:
    person = scene.people[level, role]
    texts = []
    for text, variables in questions(scene):
        texts.append(str((await person.ask(text, **variables)).body))
    return "\n".join(texts)

async def test_show(priced):
    out = {}
    import time
    for level in LEVELS:
        for role in ROLES:
            t=time.time()
            text = await answers(priced, level, role)
            for name, value in secrets_of(priced).items():
                if value in text: out.setdefault(name, []).append(f"{level} {role}")
            print(level, role, len(text), time.time()-t)
    import pprint; pprint.pprint(out, width=160)
    for t in sorted(priced.made.items()): print(t)
