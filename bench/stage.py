"""Who asks for what: the brand's own people, its first distributor, and baskets of each length."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import event, select

from app.db.database import Access, Database
from app.db.work import Work, acting_as, begin, perform
from app.kernel.actor import Actor, Scope
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.quotes.operations import QuoteLine
from app.rbac.permissions import Permission
from bench.keys import Kind, key
from bench.sizes import CART_LINES, ORDER_LINES, PAGE_PRODUCTS, Size

TENANT = key(Kind.TENANT)
SUPPLIED = key(Kind.SUPPLY, 1)
"""The relationship measured: the brand's first distributor, with a level and a contract."""

Result = TypeVar("Result")
_LEVELS = (PackagingLevel.CASE, PackagingLevel.PIECE, PackagingLevel.INNER)
_EVERYTHING = dict.fromkeys((permission.value for permission in Permission), Scope.ORGANISATION)


def person_of(organisation_id: UUID, number: int = 1) -> Actor:
    """Act with every right in an organisation, as the brand's first or second person."""
    person = key(Kind.PERSON, number)
    return Actor(TENANT, person, person, organisation_id, "Bench", _EVERYTHING)


BRAND_PERSON = person_of(key(Kind.BRAND))
APPROVER = person_of(key(Kind.BRAND), 2)


def buyer(number: int) -> Actor:
    """Act for a distributor."""
    return person_of(key(Kind.DISTRIBUTOR, number))


class Stage:
    """A database under measurement, and how to work in it."""

    def __init__(self, database: Database, size: Size) -> None:
        """Count the statements of every work from here on."""
        self.database = database
        self.size = size
        self.statements = 0
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._count)

    async def read(
        self, ask: Callable[[Work], Awaitable[Result]], actor: Actor = BRAND_PERSON
    ) -> Result:
        """Ask in a read of its own, as one request does."""
        async with begin(self.database, TENANT, acting_as(actor), access=Access.READ) as work:
            return await ask(work)

    async def write(
        self, command: Callable[[Work], Awaitable[Result]], actor: Actor = BRAND_PERSON
    ) -> Result:
        """Carry out a command in a transaction of its own."""
        return await perform(self.database, TENANT, acting_as(actor), command)

    def _count(self, *_event: Any) -> None:
        self.statements += 1

    @property
    def page_skus(self) -> list[UUID]:
        """The SKUs of a catalogue page."""
        return [key(Kind.SKU, n + 1) for n in range(min(PAGE_PRODUCTS, self.size.skus))]

    @property
    def cart(self) -> list[QuoteLine]:
        """Ten lines, each a few cases."""
        return basket(self.size, CART_LINES)

    @property
    def order(self) -> list[QuoteLine]:
        """A thousand lines: every SKU in more than one unit, where there are not as many SKUs."""
        return basket(self.size, min(ORDER_LINES, self.size.skus * len(_LEVELS)))


def basket(size: Size, lines: int) -> list[QuoteLine]:
    """Ask for lines of different SKUs, then of the same ones in other units."""
    return [
        QuoteLine(
            str(place),
            key(Kind.SKU, 1 + place % size.skus),
            _LEVELS[place // size.skus],
            Decimal(1 + place % 15),
            None,
        )
        for place in range(lines)
    ]


async def relationship_of(work: Work, relationship_id: UUID = SUPPLIED) -> TradingRelationship:
    """Read a relationship."""
    statement = select(TradingRelationship).where(TradingRelationship.id == relationship_id)
    return (await work.session.scalars(statement)).one()
