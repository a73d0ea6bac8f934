"""Goods that are not sold any more are replaced by what their owner names, if the buyer will."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.assortments.operations import facts_for
from app.catalog.models import SkuSubstitute
from app.catalog.rules import SkuFacts, pieces
from app.db.work import Work
from app.kernel.errors import DomainError
from app.ordering.operations.filling import priced_outcomes
from app.ordering.operations.lines import Target
from app.ordering.rules.filling import LineOutcome, LineOutcomeKind, outcome_of
from app.organisations.models import TradingRelationship


async def substituted(
    work: Work, relationship: TradingRelationship, outcomes: Sequence[LineOutcome]
) -> tuple[list[LineOutcome], list[str]]:
    """Put the best substitute in the place of each line whose goods are not sold, and say so.

    A substitute is sold to the buyer, has a price, and comes by the same packaging unit with as
    many pieces. Where there is none, the line stays as it is. The same statements for any number
    of lines.
    """
    gone = [each for each in outcomes if each.kind is LineOutcomeKind.DELISTED]
    offered = await _offered(work, [each.sku_id for each in gone if each.sku_id])
    if not offered:
        return list(outcomes), []
    known = {key for keys in offered.values() for key in keys}.union(offered)
    facts = await facts_for(work, relationship, known)
    candidates = [
        (line, _instead(line, facts, key))
        for line in gone
        if line.sku_id
        for key in offered.get(line.sku_id, ())
    ]
    priced = await priced_outcomes(
        work, Target(relationship), [candidate for _, candidate in candidates]
    )
    best: dict[int, LineOutcome] = {}
    said: list[str] = []
    for (line, _), candidate in zip(candidates, priced, strict=True):
        if candidate.is_taken and candidate.sku_id and line.number not in best:
            best[line.number] = candidate
            said.append(f"Instead of {line.text}: {facts[candidate.sku_id].name}.")
    return [best.get(each.number, each) for each in outcomes], said


def _instead(line: LineOutcome, facts: Mapping[UUID, SkuFacts], key: UUID) -> LineOutcome:
    """Tell what becomes of the same quantity of a substitute."""
    assert line.sku_id is not None
    assert line.level is not None
    assert line.quantity is not None
    bare = LineOutcome(
        number=line.number, text=line.text, kind=LineOutcomeKind.TAKEN, sku_id=key, level=line.level
    )
    found = outcome_of(bare, facts[key], line.level, line.quantity)
    try:
        is_as_much = found.is_taken and pieces(facts[line.sku_id], line.level, line.quantity) == (
            pieces(facts[key], line.level, line.quantity)
        )
    except DomainError:
        is_as_much = False
    if is_as_much:
        return found
    return LineOutcome(number=line.number, text=line.text, kind=LineOutcomeKind.UNIT_UNKNOWN)


async def _offered(work: Work, sku_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """Return the substitutes of SKUs, the best first; none without a statement."""
    if not sku_ids:
        return {}
    statement = (
        select(SkuSubstitute.sku_id, SkuSubstitute.substitute_id)
        .where(SkuSubstitute.sku_id.in_(sku_ids))
        .order_by(SkuSubstitute.sku_id, SkuSubstitute.place)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for sku_id, substitute_id in await work.session.execute(statement):
        found[sku_id].append(substitute_id)
    return found
