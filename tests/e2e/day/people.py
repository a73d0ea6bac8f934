"""Who works on this day, and who must not notice that it passes."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.kernel.ids import new_id
from launch.payments import SimulatedProvider
from tests.e2e.cast import nodes
from tests.e2e.day.courier import Courier, couriers
from tests.e2e.stage import Person, Stage
from tests.support.patience import until
from tests.support.receiver import Receiver, receiving
from tests.support.world import PASSWORD

PIECES_OF_A_CASE = "12"
_LINK = re.compile(r"http://localhost:8000/[a-z-]+#(\S+)")


@dataclass
class Day:
    """One day of Harbour Trade, a distributor, with a person in each of the five roles.

    Beside it trade Hill, another distributor of the same brand with a shop of its own, and a
    network that has nothing to do with either.
    """

    stage: Stage
    slug: str
    domain: str
    staff: Person
    root: Person
    boss: Person
    others: tuple[Person, ...]
    courier: Courier
    erp: Receiver
    provider: SimulatedProvider
    people: dict[str, Person] = field(default_factory=dict)
    skus: list[str] = field(default_factory=list)
    relationship: str = ""
    hook: str = ""

    @property
    def sales(self) -> Person:
        return self.people["sales"]

    @property
    def service(self) -> Person:
        return self.people["service"]

    @property
    def keeper(self) -> Person:
        return self.people["keeper"]

    @property
    def packer(self) -> Person:
        return self.people["packer"]

    @property
    def owner(self) -> Person:
        return self.people["owner"]

    @property
    def buyer(self) -> Person:
        return self.people["buyer"]

    async def beside_see_nothing_of(self, *things: str) -> None:
        """Nobody of the other branch or the other network is shown one of the things."""
        names = [f"_{place}" for place in range(len(things))]
        declared = ", ".join(f"${name}: ID!" for name in names)
        asked = " ".join(f"{name}: node(id: ${name}) {{ id }}" for name in names)
        given = dict(zip(names, things, strict=True))
        for person in self.others:
            answer = await person.ask(f"query({declared}) {{ {asked} }}", **given)
            assert answer.data == dict.fromkeys(names), (person.email, answer.data)

    async def mailed_token(self, address: str) -> str:
        """The token of the link in the only letter to an address."""

        async def arrived() -> bool:
            return bool(self.stage.mails_to(address))

        await until(arrived)
        (letter,) = self.stage.mails_to(address)
        body = letter.get_body(("plain",))
        assert body is not None
        found = _LINK.search(body.get_content())
        assert found is not None
        return found[1]


@asynccontextmanager
async def the_day(stage: Stage) -> AsyncIterator[Day]:
    """Open Harbour Trade; carrier, ERP and payment provider answer until the evening."""
    mark = new_id().hex[-8:]
    domain = f"{mark}.test"
    staff = await stage.sign_in("staff@tributary.test")
    slug = f"coast-{mark}"
    root = await _network(stage, staff, slug, domain)
    boss = await stage.onboard(root, "Harbour Trade", "DISTRIBUTOR", domain)
    hill = await stage.onboard(root, "Hill Trade", "DISTRIBUTOR", domain)
    shop = await stage.onboard(hill, "Hill Shop", "RETAILER", domain)
    stranger = await _network(stage, staff, f"inland-{mark}", f"inland.{domain}")
    provider = SimulatedProvider(b"")
    provider.start()
    async with AsyncExitStack() as opened:
        opened.callback(provider.stop)
        courier = await opened.enter_async_context(couriers(stage))
        erp = await opened.enter_async_context(receiving())
        others = (hill, shop, stranger)
        yield Day(stage, slug, domain, staff, root, boss, others, courier, erp, provider)


async def _network(stage: Stage, staff: Person, slug: str, domain: str) -> Person:
    address = f"root@{domain}"
    await staff.must(
        "createTenant",
        slug=slug,
        name=f"The {slug} network",
        timeZone="Asia/Shanghai",
        currency="CNY",
        organisationName=f"{slug} brand",
        administrator={"name": "Root", "email": address, "initialPassword": PASSWORD},
    )
    return await stage.sign_in(address)


async def only(person: Person, name: str, **arguments: Any) -> str:
    """The id of the only thing in a list."""
    (found,) = await nodes(person, name, **arguments)
    return found
