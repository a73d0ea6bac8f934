"""Price lists together with their terms, as they are known now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.pricing.models import PriceList, PriceListTerms
from app.pricing.operations.scope import own_lists


@dataclass(frozen=True, slots=True)
class ListAsKnown:
    """A list and its terms as known now, the earliest interval first; never none."""

    row: PriceList
    terms: tuple[PriceListTerms, ...]
    now: datetime

    @property
    def valid_from(self) -> datetime:
        """The first instant with prices of this list."""
        return self.terms[0].valid_from

    @property
    def valid_until(self) -> datetime | None:
        """The first instant without them; none where no end is set."""
        return self.terms[-1].valid_until

    @property
    def current(self) -> PriceListTerms:
        """The terms in force now, or the nearest ones."""
        return self.at(self.now)

    def at(self, instant: datetime) -> PriceListTerms:
        """Return the terms in force at an instant, or the nearest ones."""
        begun = [each for each in self.terms if each.valid_from <= instant]
        return begun[-1] if begun else self.terms[0]


async def with_terms(work: Work, rows: Sequence[PriceList]) -> list[ListAsKnown]:
    """Join lists, in their order, with their terms; one statement."""
    statement = (
        select(PriceListTerms)
        .where(
            PriceListTerms.price_list_id.in_([row.id for row in rows]),
            PriceListTerms.known_until.is_(None),
        )
        .order_by(PriceListTerms.valid_from, PriceListTerms.id)
    )
    terms = (await work.session.scalars(statement)).all()
    return [
        ListAsKnown(row, tuple(each for each in terms if each.price_list_id == row.id), work.now)
        for row in rows
    ]


async def own_lists_as_known(work: Work, ids: Collection[UUID]) -> dict[UUID, ListAsKnown]:
    """Return those of the lists that are the own organisation's, with terms; two statements."""
    rows = await work.session.scalars(
        select(PriceList).where(PriceList.id.in_(set(ids)), own_lists(work))
    )
    return {found.row.id: found for found in await with_terms(work, rows.all())}
