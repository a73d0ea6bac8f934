"""The one place where schemes are applied: catalogue page, cart, order and simulation ask it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from app.kernel.later import Later
from app.promotions.rules.basket import Basket
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.compiled import Compiled, decimal_of
from app.promotions.rules.gifts import free_line
from app.promotions.rules.hearing import Heard
from app.promotions.rules.hints import hints
from app.promotions.rules.lanes import not_promotable, reason_of, run_lane
from app.promotions.rules.outcome import (
    NOTHING,
    FreeLine,
    LosingScheme,
    Loss,
    Promoted,
    Said,
    SchemeBenefit,
)
from app.promotions.rules.tiers import MILLION, half_up
from app.promotions.rules.words import Lane, SchemeLossCode
from app.promotions.rules.working import Plan, Working, WorkingLine, working

_HUNDRED_PERCENT = 100 * MILLION
_FAILED = SchemeLossCode.RULE_FAILED

Losers = tuple[LosingScheme, ...]
"""By scheme, then by reason."""


def apply_schemes(basket: Basket, book: SchemeBook) -> Promoted:
    """Let every scheme that touches the basket speak: lines, order, free goods, points and rebates.

    Neither the order of lines nor that of schemes matters. Amounts are taken as they are, with tax
    or without. A scheme that fails is a loser RULE_FAILED and harms no other. Fails with
    ValueError when an amount of the basket is negative or has fractions of a coin.
    """
    work = working(basket)
    touched, work.in_slots = book.touching(work.lines)
    heard = book.hearing.of(basket)
    speaks = heard.speaks
    speaking = [one for one in touched if speaks[one.position]]
    for _, members in groupby(speaking, key=_lane):
        run_lane(work, list(members))
    if work.has_closed_lines:
        work.lost += list(_left_alone(work, book.schemes))
    return _promoted(work, touched, Later(lambda: _said(work, touched, book, heard)))


def failed(work: Working) -> Losers:
    """Return the schemes that failed so far."""
    found = [(one, loss) for one, loss in work.lost if loss.code is _FAILED]
    return _losers(found) if found else ()


def _lane(one: Compiled) -> Lane:
    return one.lane


def _promoted(work: Working, touched: list[Compiled], said: Later[Said]) -> Promoted:
    now = {line.key: line.shown for line in work.lines}
    return Promoted(
        amounts={line.key: now[line.key] for line in work.basket.lines},
        steps=tuple(work.steps),
        free_lines=tuple(sorted(_free_lines(work), key=_free_key)),
        points=sum([plan.points for _, plan in work.given]),
        failed=failed(work),
        touching=tuple([one.scheme_id for one in touched]),
        said=said,
    )


def _said(work: Working, touched: list[Compiled], book: SchemeBook, heard: Heard) -> Said:
    silent = [(one, loss) for one in touched if (loss := heard.losses[one.position])]
    return Said(
        hints=tuple(hints(work, book.schemes)),
        losing_schemes=_losers(work.lost + silent),
        benefits=tuple(_benefits(work, book.schemes)),
    )


def _losers(lost: list[tuple[Compiled, Loss]]) -> Losers:
    return tuple([_loser(one, loss) for one, loss in sorted(lost, key=_loss_key)])


def _left_alone(work: Working, schemes: tuple[Compiled, ...]) -> Iterator[tuple[Compiled, Loss]]:
    for position in work.reaches:
        one = schemes[position]
        closed = [line for line in work.all_in(one.target) if not line.is_promotable]
        if closed:
            yield one, not_promotable(closed)


def _free_lines(work: Working) -> Iterator[FreeLine]:
    for one, plan in work.given:
        if plan.free:
            reason = reason_of(one, plan)
            for given in plan.free:
                yield free_line(one, given, reason)


def _free_key(free: FreeLine) -> tuple[object, object, str]:
    return free.scheme_id, free.sku_id, free.of_line_key or ""


def _rank(pair: tuple[Compiled, Plan]) -> int:
    return pair[0].rank


def _loss_key(lost: tuple[Compiled, Loss]) -> tuple[int, str]:
    return lost[0].rank, lost[1].code


def _loser(one: Compiled, loss: Loss) -> LosingScheme:
    return LosingScheme(
        scheme_id=one.scheme_id,
        version_id=one.scheme.version_id,
        name=one.scheme.name,
        code=loss.code,
        reason=loss.reason,
    )


def _benefits(work: Working, schemes: tuple[Compiled, ...]) -> Iterator[SchemeBenefit]:
    """Yield what was given, and the purchases that count towards schemes over a period."""
    given = {one.position for one, _ in work.given}
    counted = [(schemes[at], _NOTHING) for at in work.covered if at not in given]
    for one, plan in sorted(work.given + counted, key=_rank):
        reach = work.reaches.get(one.position)
        yield _benefit(work, one, plan, reach.lines if reach else work.covered[one.position])


_NOTHING = Plan(0, (0, 0))


def _benefit(
    work: Working, one: Compiled, plan: Plan, lines: Sequence[WorkingLine]
) -> SchemeBenefit:
    funding, goods = one.terms.funding, plan.free
    money = sum([cut for _, cut in plan.cuts]) if plan.cuts else 0
    skus = {free.sku_id for free in goods} if goods else ()
    funded = half_up(money * one.funded, _HUNDRED_PERCENT) if one.funded else 0
    return SchemeBenefit(
        scheme_id=one.scheme_id,
        version_id=one.scheme.version_id,
        name=one.scheme.name,
        benefit=one.terms.benefit,
        money=work.money(money),
        goods=Decimal(plan.goods // MILLION) if goods else NOTHING,
        goods_sku_id=next(iter(skus)) if len(skus) == 1 else None,
        points=plan.points,
        rebate=work.money(plan.rebate),
        qualifying_amount=work.money(sum([line.now for line in lines])),
        qualifying_quantity=decimal_of(sum([line.paid for line in lines]), 6),
        funder_id=funding.organisation_id if funding else None,
        funded_percent=funding.percent if funding else NOTHING,
        funded_money=work.money(funded),
        is_claimable=one.terms.is_claimable,
    )
