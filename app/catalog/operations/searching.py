"""Find products by what people type, through the index of terms (decision 37)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.catalog.models import Product, SearchTerm, Sku, SkuPackaging
from app.catalog.rules import Sought, Texts, Word, nearest_words, sought, terms_of, word_of
from app.catalog.rules.words import CODE, START, end_of
from app.db.tables import table_of
from app.db.work import Work

MOST_KNOWN_WORDS = 500
"""How many words that begin or end like a mistyped one are compared with it."""

_EXACT_CODE, _CODE, _WHOLE, _BEGINNING, _WITHIN, _MENDED = 100, 60, 40, 20, 8, 4
_AS_A_CODE = -1
_term = table_of(SearchTerm).c
Asked = Select[*tuple[Any, ...]]


async def read_search(work: Work, text: str, visible: ColumnElement[bool]) -> Sought:
    """Read what was typed; a word that nothing visible is found by gets what it may have meant.

    One statement, none where no word could be mended. Words of goods that the actor may not see
    count neither as found nor as meant.
    """
    typed = sought(text)
    asked = {place: word for place, word in enumerate(typed.words) if word.can_be_mended}
    if not asked:
        return typed
    known = union_all(*(_known_words(work, *each, visible) for each in asked.items()))
    near: dict[int, list[str]] = {}
    for place, term in (await work.session.execute(known)).all():
        near.setdefault(place, []).append(word_of(term))
    words = tuple(
        replace(word, corrections=nearest_words(word.text, near[place])) if place in near else word
        for place, word in enumerate(typed.words)
    )
    return replace(typed, words=words)


def ranked(work: Work, wanted: Sought) -> Subquery:
    """Select the products that have all words, or the code: `product_id` and `rank`, best first.

    The lower the rank the better: codes before names, whole words before their beginnings, those
    before what stands within words, and what is spelt right before what was mended.
    """
    hits = union_all(*_hits(work, wanted)).subquery()
    best = (
        select(hits.c.product_id, hits.c.word, func.max(hits.c.score).label("score"))
        .group_by(hits.c.product_id, hits.c.word)
        .subquery()
    )
    all_words = func.count().filter(best.c.word != _AS_A_CODE) == len(wanted.words)
    return (
        select(best.c.product_id, (-cast(func.sum(best.c.score), Integer)).label("rank"))
        .group_by(best.c.product_id)
        .having(or_(all_words, func.bool_or(best.c.word == _AS_A_CODE)))
        .subquery("ranked")
    )


def found_by(work: Work, wanted: Sought) -> ColumnElement[bool]:
    """Hold `Product` rows to those that a search finds; none where only signs were typed."""
    if not wanted:
        return Product.id.in_(())
    return Product.id.in_(select(ranked(work, wanted).c.product_id))


def term_rows(product_id: UUID, texts: Texts) -> list[dict[str, Any]]:
    """Make the rows by which a product is found."""
    return [{"term": term, "product_id": product_id} for term in sorted(terms_of(texts))]


def unindexed() -> ColumnElement[bool]:
    """Hold `Product` rows to those whose terms are not written, or not of their name."""
    return Product.indexed_as.is_distinct_from(Product.name)


def _hits(work: Work, wanted: Sought) -> Iterator[Asked]:
    for place, word in enumerate(wanted.words):
        for way in word.ways:
            within = _BEGINNING if way.startswith(START) else _WITHIN
            score = case((_term.term == START + word.text, _WHOLE), else_=within)
            yield _hit(work, place, way, score)
        for meant in word.corrections:
            yield _hit(work, place, START + meant, literal(_MENDED))
        yield _unindexed_hit(work, place, word)
    if wanted.code:
        code = CODE + wanted.code
        score = case((_term.term == code, _EXACT_CODE), else_=_CODE)
        yield _hit(work, _AS_A_CODE, code, score)
        yield _unindexed_code(work, wanted.code)


def _hit(work: Work, place: int, way: str, score: ColumnElement[int]) -> Asked:
    named = (_term.product_id, literal(place).label("word"), score.label("score"))
    return select(*named).where(_term.tenant_id == work.tenant_id, *_begins(way))


def _begins(way: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _term.term >= way, _term.term < end_of(way)


def _unindexed_hit(work: Work, place: int, word: Word) -> Asked:
    """Look through what is not indexed yet, of which there are few or none."""
    late, sized, packed = aliased(Product), aliased(Sku), aliased(SkuPackaging)
    size = and_(sized.tenant_id == late.tenant_id, sized.product_id == late.id)
    of_size = exists().where(
        size,
        or_(
            sized.code.istartswith(word.text, autoescape=True),
            sized.name.icontains(word.text, autoescape=True),
        ),
    )
    pack = and_(packed.tenant_id == sized.tenant_id, packed.sku_id == sized.id)
    of_pack = exists().where(size, pack, packed.gtin.startswith(word.text, autoescape=True))
    named = late.name.icontains(word.text, autoescape=True)
    return select(late.id, literal(place), literal(_WITHIN)).where(
        late.tenant_id == work.tenant_id,
        late.indexed_as.is_distinct_from(late.name),
        or_(named, of_size, of_pack),
    )


def _unindexed_code(work: Work, code: str) -> Asked:
    late, sized = aliased(Product), aliased(Sku)
    plain = func.regexp_replace(func.lower(sized.code), "[^[:alnum:]]", "", "g")
    size = and_(sized.tenant_id == late.tenant_id, sized.product_id == late.id)
    return select(late.id, literal(_AS_A_CODE), literal(_CODE)).where(
        late.tenant_id == work.tenant_id,
        late.indexed_as.is_distinct_from(late.name),
        exists().where(size, plain.startswith(code, autoescape=True)),
    )


def _known_words(work: Work, place: int, word: Word, visible: ColumnElement[bool]) -> Asked:
    """Select words like one that finds nothing visible; nothing for one that does."""
    as_typed = union_all(
        *(_hit(work, place, way, literal(0)) for way in word.ways),
        _unindexed_hit(work, place, word),
    ).subquery()
    # A scalar, for an EXISTS would be joined to all that is looked through.
    found = (
        select(literal(1))
        .select_from(as_typed)
        .join(Product, Product.id == as_typed.c.product_id)
        .where(Product.tenant_id == work.tenant_id, visible)
        .limit(1)
        .scalar_subquery()
    )
    alike = [
        _different_terms(work, way, visible, f"like_{place}_{number}")
        for number, way in enumerate(word.beginnings)
    ]
    known = union_all(*alike).subquery()
    return select(literal(place).label("word"), known.c.term).where(found.is_(None))


def _different_terms(work: Work, way: str, visible: ColumnElement[bool], name: str) -> Asked:
    """Select the terms that begin so, each once: one step in the index a term, not one a row."""

    def next_after(bound: ColumnElement[bool]) -> ColumnElement[str]:
        seen = exists().where(
            Product.tenant_id == work.tenant_id, Product.id == _term.product_id, visible
        )
        return (
            select(_term.term)
            .where(_term.tenant_id == work.tenant_id, bound, _term.term < end_of(way), seen)
            .order_by(_term.term)
            .limit(1)
            .correlate_except(table_of(SearchTerm), Product)
            .scalar_subquery()
        )

    steps = select(next_after(_term.term >= way).label("term")).cte(name, recursive=True)
    steps = steps.union_all(
        select(next_after(_term.term > steps.c.term)).where(steps.c.term.is_not(None))
    )
    known = select(steps.c.term).where(steps.c.term.is_not(None)).limit(MOST_KNOWN_WORDS)
    return select(known.subquery().c.term)
