"""The budget row of a scheme: there only while its terms limit it in all."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select

from app.db.work import Work
from app.promotions import locks
from app.promotions.errors import SchemeLimitBelowUsed
from app.promotions.models import SchemeBudget, SchemeStanding
from app.promotions.operations.checking import as_decimal, has_limits
from app.promotions.operations.schemes import SchemeAsKnown
from app.promotions.rules.terms import SchemeTerms


async def set_limits(work: Work, known: SchemeAsKnown, terms: SchemeTerms) -> None:
    """Let a scheme stop at its terms' limits from this instant on; its row must be locked.

    Where no budget was counted before, it begins at what the scheme's buyers have got so far.
    Raises `SchemeLimitBelowUsed` at the limit. At most three statements.
    """
    if known.budget is None and not has_limits(terms):
        return
    budget = await _budget(work, known)
    _check(budget, terms)
    limits = terms.limits
    budget.uses_limit, budget.money_limit, budget.goods_limit = (
        limits.uses,
        limits.money,
        limits.goods,
    )
    await work.save(budget)


async def open_budgets(work: Work, started: Sequence[SchemeAsKnown]) -> None:
    """Let schemes that begin stop at their terms' limits; nothing was given by any of them yet.

    One statement, none where no scheme has limits.
    """
    limited = [each for each in started if has_limits(each.terms)]
    await work.save(
        *(
            SchemeBudget(
                scheme_id=each.row.id,
                uses_limit=each.terms.limits.uses,
                money_limit=each.terms.limits.money,
                goods_limit=each.terms.limits.goods,
            )
            for each in limited
        )
    )


async def _budget(work: Work, known: SchemeAsKnown) -> SchemeBudget:
    if known.budget is not None:
        await locks.budgets(work, [known.row.id])
        await work.session.refresh(known.budget)
        return known.budget
    standing = SchemeStanding
    sums = select(
        func.coalesce(func.sum(standing.uses), 0),
        func.coalesce(func.sum(standing.money), Decimal(0)),
        func.coalesce(func.sum(standing.goods), Decimal(0)),
    ).where(standing.tenant_id == work.tenant_id, standing.scheme_id == known.row.id)
    found = await work.session.execute(sums)
    uses, money, goods = found.one()
    return SchemeBudget(
        scheme_id=known.row.id,
        uses=int(uses),
        money_used=Decimal(money),
        goods_used=Decimal(goods),
    )


def _check(budget: SchemeBudget, terms: SchemeTerms) -> None:
    for name, limit, used in (
        ("uses", as_decimal(terms.limits.uses), Decimal(budget.uses)),
        ("money", terms.limits.money, budget.money_used),
        ("goods", terms.limits.goods, budget.goods_used),
    ):
        if limit is not None and limit < used:
            raise SchemeLimitBelowUsed(used, limit).at(f"terms.limits.{name}")
